// What every page can do: messages, dialogs, menus, the theme, and what happens when a request fails.

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? ""
const say = (text) => { document.getElementById("said").textContent = text }

/* Messages at the foot of the page. Anything may dispatch "bodega:toast" with {text, tone, undo}. */
class Toast extends HTMLElement {
  connectedCallback() {
    for (const toast of this.children) this.settle(toast)
    document.addEventListener("bodega:toast", (event) => this.add(event.detail))
    document.addEventListener("bodega:say", (event) => say(event.detail))
  }

  add({ text = this.dataset.saved, tone = "good", undo = "" }) {
    const toast = document.createElement("div")
    toast.className = `toast ${tone}`
    toast.append(Object.assign(document.createElement("span"), { textContent: text }))
    if (undo) {
      // Of one change after the other, the last one is offered; Ctrl-Z goes on to those before it.
      for (const one of this.querySelectorAll(".toast.good")) one.remove()
      toast.append(this.wayBack(undo))
    }
    this.append(toast)
    this.settle(toast)
  }

  wayBack(url) {
    const form = document.getElementById("undo-form").content.cloneNode(true).firstElementChild
    form.action = url
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken", value: token() }))
    return form
  }

  /* Work in the background is asked about until it is over: the message is then what became of it. */
  async watch(toast, pause = 500) {
    if (!document.hidden) {
      const response = await fetch(toast.dataset.work, { headers: { "HX-Request": "true" } }).catch(() => null)
      if (!toast.isConnected) return
      if (response?.status === 404) return toast.remove()
      const [now] = response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html").querySelectorAll(".toast") : []
      if (now && !now.dataset.work) {
        toast.remove()
        this.append(now)
        document.dispatchEvent(new CustomEvent("bodega:worked"))
        return this.settle(now)
      }
      for (const part of ["span", "progress"]) if (now) toast.querySelector(part).replaceWith(now.querySelector(part))
    }
    setTimeout(() => toast.isConnected && this.watch(toast, Math.min(pause * 1.5, 5000)), pause)
  }

  /* Messages as the server draws them. */
  take(html) {
    for (const toast of [...new DOMParser().parseFromString(html, "text/html").querySelectorAll(".toast")]) { this.append(toast); this.settle(toast) }
  }

  settle(toast) {
    const close = document.createElement("button")
    close.type = "button"
    close.className = "btn bare only-icon small"
    close.ariaLabel = this.dataset.close
    close.append(document.getElementById("icon-close").content.cloneNode(true))
    close.addEventListener("click", () => toast.remove())
    toast.append(close)
    if (toast.dataset.work) return this.watch(toast)
    // One that can be undone, or that tells of a failure, stays until it is read.
    const stays = toast.querySelector("form") || toast.classList.contains("bad")
    const leave = () => { if (toast.matches(":hover, :focus-within")) return setTimeout(leave, 2000); toast.remove() }
    setTimeout(leave, stays ? 20000 : 6000)
  }
}
customElements.define("b-toast", Toast)

const toast = (text, tone = "bad") => document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text, tone } }))

/* A failed request keeps the page as it is and says what the server said. 409 and 422 carry a form to show. */
const problem = (html) => {
  const page = new DOMParser().parseFromString(html, "text/html")
  return page.querySelector("[data-problem] p")?.textContent ?? page.querySelector("[role=alert]")?.textContent ?? page.title
}
document.addEventListener("htmx:before:response", (event) => {
  const { response } = event.detail.ctx
  const undo = response.headers.get("X-Undo")
  if (undo) document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { undo } }))
  if (response.status < 400 || [409, 422].includes(response.status)) return
  event.preventDefault()
  response.raw.text().then((html) => toast(problem(html)))
})
document.addEventListener("htmx:error", (event) => {
  if (event.detail.error?.name === "AbortError") return
  toast(document.querySelector("b-toast").dataset.offline)
})
document.addEventListener("htmx:config:request", (event) => {
  if (token()) event.detail.ctx.request.headers["X-CSRFToken"] = token()
})

/* What is written first in a form; its hidden button, which Enter presses, is no field. */
const firstField = (form) => form?.querySelector("[autofocus]") ?? form?.querySelector("input:not([type=hidden]), select, textarea")

/* A link with data-dialog opens its page's form above this one. Without scripts it is simply that page. */
async function openDialog(link) {
  const response = await fetch(link.href, { headers: { "HX-Request": "true" } })
  if (response.redirected || !response.ok) return void (location.href = link.href)
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  const form = page.querySelector("form.sheet")
  if (!form) return void (location.href = link.href)
  const dialog = document.createElement("dialog")
  const head = Object.assign(document.createElement("div"), { className: "dialog-head" })
  const title = Object.assign(document.createElement("h2"), { textContent: page.querySelector(".top [aria-current=page], .top h1")?.textContent })
  head.append(title)
  dialog.ariaLabel = title.textContent
  dialog.append(head, form)
  document.body.append(dialog)
  dialog.addEventListener("close", () => { dialog.remove(); link.focus() })
  dialog.addEventListener("submit", (event) => { event.preventDefault(); sendDialog(dialog, event.target, event.submitter) })
  dialog.addEventListener("click", (event) => { if (event.target.closest("[data-cancel]")) { event.preventDefault(); dialog.close() } })
  dialog.showModal()
  firstField(form)?.focus()
}

async function sendDialog(dialog, form, submitter) {
  form.classList.add("busy")
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers: { "X-Dialog": "1" } })
    if (response.headers.has("X-Location")) return void (location.href = response.headers.get("X-Location"))
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    const again = page.querySelector("form.sheet")
    if (!again) return toast(problem(page.documentElement.outerHTML))
    form.replaceWith(again)
    dialog.querySelector("#problems")?.focus()
  } catch {
    toast(document.querySelector("b-toast").dataset.offline)
  } finally {
    form.classList.remove("busy")
  }
}

/* The answer of the theme switch is seen at once; the server keeps it for the next page. */
function switchTheme(form, theme) {
  if (theme) document.documentElement.dataset.theme = theme
  else delete document.documentElement.dataset.theme
  const body = new FormData(form)
  body.set("theme", theme)
  fetch(form.action, { method: "POST", body, redirect: "manual" })
}

/* Selects what stands in a field; where the browser lets us, it is copied too. */
function copy(field) {
  field.select()
  navigator.clipboard?.writeText(field.value).catch(() => {})
}

document.addEventListener("click", (event) => {
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey)
  const link = event.target.closest("a[data-dialog]")
  if (link && plain) { event.preventDefault(); openDialog(link) }
  if (event.target.closest("a[href='#print']")) { event.preventDefault(); print() }
  const opener = event.target.closest("[data-open]")
  if (opener) { opener.closest("[popover]")?.hidePopover(); document.getElementById(opener.dataset.open).showModal() }
  const refused = event.target.closest("[data-why][aria-disabled]")
  if (refused) { event.preventDefault(); toast(refused.dataset.why, "info") }
  if (event.target.matches("dialog")) event.target.close()
  const copier = event.target.closest("[data-copies]")
  if (copier) copy(document.getElementById(copier.dataset.copies))
})

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.matches("form[data-dialog]")) {
    event.preventDefault()
    form.closest("[popover]")?.hidePopover()
    openDialog({ href: `${form.action}?${new URLSearchParams(new FormData(form, event.submitter))}`, focus: () => form.closest("[popover]")?.focus() })
  } else if (form.matches("[data-theme-switch]")) { event.preventDefault(); switchTheme(form, event.submitter?.value ?? "") }
  else if (form.method === "post") form.classList.add("busy")
})
window.addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form.busy")) form.classList.remove("busy") })

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form[data-compose], form.write, form.sheet")?.requestSubmit()
})

/* A form with something written in it is not left by accident. */
const written = new WeakSet()
document.addEventListener("input", (event) => { const form = event.target.closest("form[data-guard]"); if (form) written.add(form) })
document.addEventListener("submit", (event) => written.delete(event.target))
window.addEventListener("beforeunload", (event) => { if ([...document.querySelectorAll("form[data-guard]")].some((form) => written.has(form))) event.preventDefault() })

/* Who types @ is offered names; nobody else loads what does so. */
document.addEventListener("focusin", (event) => { if (event.target.matches?.("[data-mentions]")) import("./mentions.js") })

/* What others do is asked for once the page is there and somebody stays on it. */
if (document.querySelector("b-live")) setTimeout(() => import("./live.js"), 1200)

const problems = document.getElementById("problems")
;(problems ?? firstField(document.querySelector("main form.sheet[data-guard]")))?.focus()

/* The open tab is in sight, however many there are and however narrow the page is. */
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const [at, row] = [tab, tab.parentElement].map((one) => one.getBoundingClientRect())
  tab.parentElement.scrollBy({ left: (at.left + at.right - row.left - row.right) / 2 })  // the page stays at its top
}

/* The pinned views of the side bar: moved by mouse, by touch and by Alt with an arrow, their counts brought after the page.
   They are here rather than in a file of their own, which would be a request more on every page. */
const REST = 280 // ms a finger rests on a view before it is lifted, so that a swipe still scrolls
const SLACK = 6 // px a mouse travels before a press becomes a drag

class Pins extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.press(event))
    this.addEventListener("dragstart", (event) => event.preventDefault())
    this.addEventListener("keydown", (event) => this.key(event))
    this.addEventListener("click", (event) => { if (this.dropped) event.preventDefault() }, true)
    if (this.dataset.counts) this.count()
  }

  get views() { return [...this.querySelectorAll("li")] }

  async count() {
    const ids = this.views.map((view) => view.dataset.id).join(",")
    const response = await fetch(`${this.dataset.counts}?ids=${ids}`, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (!response?.ok || response.status !== 200) return
    const found = await response.json()
    for (const view of this.views) view.querySelector(".n").textContent = found[view.dataset.id] ?? ""
  }

  press(event) {
    const view = event.target.closest("li")
    if (!view || event.button !== 0) return
    const before = this.views
    let lifted = false
    const lift = () => { lifted = true; view.classList.add("lifted") }
    const timer = event.pointerType === "touch" ? setTimeout(lift, REST) : 0
    const move = (e) => {
      if (!lifted && Math.abs(e.clientY - event.clientY) > SLACK) { if (timer) return stop(); lift() }
      if (lifted) this.bring(view, e.clientY)
    }
    const still = (e) => { if (lifted) e.preventDefault() }
    const up = () => {
      stop()
      if (!lifted) return
      this.dropped = true
      setTimeout(() => { this.dropped = false })
      if (this.views.some((one, at) => one !== before[at])) this.keep(view)
    }
    const stop = () => {
      clearTimeout(timer)
      view.classList.remove("lifted")
      for (const [name, heard] of [["pointermove", move], ["pointerup", up], ["pointercancel", up], ["touchmove", still]]) document.removeEventListener(name, heard)
    }
    for (const [name, heard] of [["pointermove", move], ["pointerup", up], ["pointercancel", up]]) document.addEventListener(name, heard)
    document.addEventListener("touchmove", still, { passive: false })
  }

  bring(view, y) {
    const next = this.views.find((one) => { const { top, height } = one.getBoundingClientRect(); return one !== view && y < top + height / 2 })
    if (next !== view.nextElementSibling) view.parentElement.insertBefore(view, next ?? null)
  }

  key(event) {
    const view = event.target.closest("li")
    if (!view || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return
    event.preventDefault()
    if (event.key === "ArrowUp") view.previousElementSibling?.before(view)
    else view.nextElementSibling?.after(view)
    view.querySelector("a, button").focus()
    this.keep(view)
  }

  async keep(view) {
    const all = this.views
    const said = { title: view.querySelector("a > span, .title").textContent, n: all.indexOf(view) + 1, of: all.length }
    say(this.dataset.moved.replace(/\{(\w+)\}/g, (_, name) => said[name]))
    const form = this.querySelector("form")
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null)
    if (!response?.ok) toast(document.querySelector("b-toast").dataset.offline)
  }
}
customElements.define("b-pins", Pins)
