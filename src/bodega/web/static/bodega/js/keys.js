// Keys for the whole page: an element says which key is its own by data-key; rows are walked by j and k.

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")]
const at = () => rows().find((row) => row.classList.contains("at"))

function go(step) {
  const all = rows()
  if (!all.length) return false
  const here = at()
  const next = all[Math.min(Math.max((here ? all.indexOf(here) : step > 0 ? -1 : all.length) + step, 0), all.length - 1)]
  here?.classList.remove("at")
  next.classList.add("at")
  const link = next.querySelector("th a")
  link.focus({ preventScroll: true })
  next.scrollIntoView({ block: "nearest" })
  return true
}

const onRow = {
  j: () => go(1),
  k: () => go(-1),
  x: () => { const box = at()?.querySelector("[name=ids]"); box?.click(); return box },
  e: () => { const url = at()?.dataset.edit; if (url) location.href = url; return url },
}

function use(element) {
  if (element.matches("input, textarea, select")) { element.focus(); element.select?.() } else element.click()
}

/* Ctrl-Z presses the message's button; where there is none any more, one says what would be taken back. */
async function undo(again) {
  // What is still being saved is what is meant.
  while (document.querySelector("[data-grid] [aria-busy=true]")) await new Promise((go) => setTimeout(go, 30))
  const button = [...document.querySelectorAll(again ? "b-toast [data-redo]" : "b-toast [data-undo]")].at(-1)
  if (button || again) return button?.click()
  const response = await fetch("/undo/", { headers: { "HX-Request": "true" } }).catch(() => null)
  if (response?.ok && response.status === 200) document.querySelector("b-toast").take(await response.text())
}

document.addEventListener("keydown", (event) => {
  const key = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase()
  if (!["z", "y"].includes(key) || typing(event.target) || document.querySelector("dialog[open]")) return
  event.preventDefault()
  undo(key === "y" || event.shiftKey)
})

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === "Escape" && typing(event.target) && !document.querySelector("dialog[open]")) return event.target.blur()
  if (typing(event.target) || document.querySelector("dialog[open]")) return
  if (event.key === "?") return document.getElementById("shortcuts").showModal()
  if (onRow[event.key]?.()) return event.preventDefault()
  const owner = [...document.querySelectorAll("[data-key]")].findLast((element) => element.dataset.key === event.key && element.checkVisibility())
  if (owner) { event.preventDefault(); use(owner) }
})

/* The list of shortcuts names those of this page, too, which its buttons have and the list does not know. */
const shortcuts = document.getElementById("shortcuts")
shortcuts?.addEventListener("beforetoggle", () => {
  const list = shortcuts.querySelector("dl")
  for (const line of list.querySelectorAll("[data-here]")) line.remove()
  const known = new Set([...list.querySelectorAll("kbd")].map((key) => key.textContent))
  for (const button of document.querySelectorAll("[data-key]")) {
    if (known.has(button.dataset.key) || !button.checkVisibility()) continue
    known.add(button.dataset.key)
    const line = list.querySelector("template").content.firstElementChild.cloneNode(true)
    line.dataset.here = ""
    line.querySelector("dt").textContent = button.querySelector("span")?.textContent ?? button.ariaLabel ?? button.title
    line.querySelector("kbd").textContent = button.dataset.key
    list.append(line)
  }
})

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-rows] tbody tr")
  if (!row) return
  at()?.classList.remove("at")
  row.classList.add("at")
})

/* Quick view comes with the first look around; a key for it that is pressed before it is there waits. */
let peek
for (const look of ["pointermove", "keydown"]) document.addEventListener(look, async () => { peek = await import("./peek.js") }, { once: true })
document.addEventListener("keydown", async (event) => { if (!peek) (await import("./peek.js")).press(event) })
