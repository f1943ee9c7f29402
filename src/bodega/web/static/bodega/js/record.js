// The page of a record: facts edited one after the other by keys, and the box that says what happened.

const facts = () => [...document.querySelectorAll(".facts [data-cell]")].filter((cell) => cell.checkVisibility())
const pencil = (cell) => cell?.querySelector("a.edit")

// The form in a cell gives way to the value, or to the form with what is wrong.
const answered = (cell) => new Promise((resolve) => {
  const watch = new MutationObserver(() => { watch.disconnect(); resolve(!cell.querySelector("form")) })
  watch.observe(cell, { childList: true })
})

async function save(cell, step) {
  const form = cell.querySelector("form")
  if (!form.reportValidity()) return
  const next = facts()[facts().indexOf(cell) + step]
  const answer = answered(cell)
  form.requestSubmit()
  if (!(await answer)) return cell.querySelector("input:not([type=hidden]), select, textarea")?.focus()
  if (step && next) pencil(next)?.click()
  else pencil(cell)?.focus()
}

const controls = (form) => [...form.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((one) => one.checkVisibility())

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".facts [data-cell]")
  const form = cell?.querySelector("form")
  if (!form) return
  const all = controls(form)
  const plain = !event.ctrlKey && !event.metaKey
  if (event.key === "Tab" && event.target === (event.shiftKey ? all[0] : all.at(-1))) { event.preventDefault(); save(cell, event.shiftKey ? -1 : 1) }
  else if (event.key === "Enter" && !event.defaultPrevented && plain !== event.target.matches("textarea")) { event.preventDefault(); save(cell, 0) }
})

document.addEventListener("focusin", (event) => {
  const form = event.target.closest(".facts form.cell-edit")
  if (form && !form.contains(event.relatedTarget)) event.target.select?.()
})

// Before the form is gone from under it.
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".facts [data-cell]")
  if (event.key === "Escape" && cell) setTimeout(() => { if (!cell.querySelector("form")) pencil(cell)?.focus() })
}, true)

document.addEventListener("keydown", (event) => {
  if (event.key !== "e" || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target.closest("input, textarea, select, dialog") || document.querySelector("dialog[open]")) return
  const at = event.target.closest(".facts [data-cell]") ?? facts()[0]
  if (at) { event.preventDefault(); pencil(at)?.click() }
})

/* Who begins to write is shown what the line is taken for; nobody else loads what does so. */
document.addEventListener("focusin", (event) => { if (event.target.matches?.("[data-understood]")) import("./understood.js") })

/* “Note” and “Task” begin to write; who follows a phone number is about to log a call. */
function write(sort) {
  const form = document.querySelector("form[data-compose]")
  if (!form) return
  if ([...form.elements.channel.options].some((option) => option.value === sort)) form.elements.channel.value = sort
  form.elements.text.focus()
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#write-'], a[href^='tel:']")
  if (!link) return
  if (link.hash) event.preventDefault()
  write(link.hash ? link.hash.slice(7) : "call")
})

/* <b-files>: what is dropped anywhere on the page, pasted or chosen goes up one after the other, with its progress. */
class Files extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form.drop")
    if (!this.form) return
    this.classList.add("alive")
    this.addEventListener("change", (event) => { const form = event.target.closest("form"); if (event.target.type === "file") this.send(form, [...event.target.files]) })
  }

  // The answer takes the place of all of it.
  async send(form, files) {
    let html = ""
    for (const file of files) html = (await this.upload(form, file)) || html
    const fresh = html && new DOMParser().parseFromString(html, "text/html").querySelector(".card")
    if (!fresh) return
    document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text: this.dataset.done } }))
    this.closest(".card").replaceWith(fresh)
  }

  upload(form, file) {
    const bar = document.createElement("p")
    bar.className = "going"
    const meter = Object.assign(document.createElement("progress"), { max: 1, value: 0 })
    meter.ariaLabel = file.name
    bar.append(Object.assign(document.createElement("span"), { textContent: file.name }), meter)
    this.form.before(bar)
    const body = new FormData(form)
    body.set("file", file)
    const request = new XMLHttpRequest() // fetch does not tell how far it is
    request.open("POST", form.action)
    request.setRequestHeader("HX-Request", "true")
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) meter.value = event.loaded / event.total })
    return new Promise((resolve) => {
      const fail = (text) => { bar.remove(); document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text, tone: "bad" } })); resolve("") }
      request.addEventListener("error", () => fail(this.dataset.wrong))
      request.addEventListener("load", () => {
        if (request.status < 400) return bar.remove(), resolve(request.responseText)
        const page = new DOMParser().parseFromString(request.responseText, "text/html")
        fail(page.querySelector("[data-problem] p")?.textContent ?? page.title)
      })
      request.send(body)
    })
  }
}
customElements.define("b-files", Files)

const carries = (event) => event.dataTransfer?.types.includes("Files")
const files = () => document.querySelector("b-files.alive")
const over = (on) => document.body.classList.toggle("dropping", on)
document.addEventListener("dragover", (event) => { if (carries(event) && files()) { event.preventDefault(); over(true) } })
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false) })
document.addEventListener("drop", (event) => {
  if (!carries(event) || !files()) return
  event.preventDefault()
  over(false)
  files().send(files().form, [...event.dataTransfer.files])
})
document.addEventListener("paste", (event) => {
  const pasted = [...(event.clipboardData?.files ?? [])]
  if (pasted.length && files()) { event.preventDefault(); files().send(files().form, pasted) }
})

/* What is suggested is decided by one key, beside which one stands or else the first; then the next one has the focus. */
const deciding = { y: "keep", Enter: "keep", n: "leave", Backspace: "leave" }
document.addEventListener("keydown", (event) => {
  const line = event.target.closest("#suggested li")
  const button = line?.querySelector(`[data-decide=${deciding[event.key]}] button`)
  if (!button || event.ctrlKey || event.metaKey || event.altKey || (event.key === "Enter" && event.target.matches("button"))) return
  event.preventDefault()
  button.click()
}, true)
// After the browser has gone to the fragment, which takes the focus away.
if (location.hash === "#suggested") addEventListener("load", () => setTimeout(() => document.querySelector("#suggested button")?.focus()))
