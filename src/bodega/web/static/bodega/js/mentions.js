// After @ in a text the server is asked for names; the one that is chosen is written out, and kept by the server as
// a reference.

const TYPED = /(?:^|[^\w@])@([\p{L}\p{N}_][\p{L}\p{N}_.' -]{0,40})$/u
const list = Object.assign(document.createElement("ul"), { id: "mentions", popover: "manual", role: "listbox", className: "offered" })
document.body.append(list)
let area = null
let timer = 0

const typed = () => area.value.slice(0, area.selectionStart).match(TYPED)?.[1]
const options = () => [...list.querySelectorAll("[data-value]")]
const shown = () => list.matches(":popover-open")

function close() {
  if (shown()) list.hidePopover()
  area?.removeAttribute("aria-activedescendant")
}

function point(n) {
  options().forEach((option, index) => option.setAttribute("aria-selected", String(index === n)))
  if (options()[n]) area.setAttribute("aria-activedescendant", options()[n].id)
}

async function ask() {
  const text = typed()
  if (text === undefined) return close()
  const url = new URL(area.dataset.mentions, location.href)
  url.search = new URLSearchParams({ q: text.trim(), prefix: list.id })
  const response = await fetch(url, { headers: { "HX-Request": "true" } })
  if (!response.ok || text !== typed()) return
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  list.replaceChildren(...page.body.children)
  if (!options().length) return close()
  const top = area.closest("dialog") ?? document.body
  if (list.parentElement !== top) top.append(list)
  const box = area.getBoundingClientRect()
  Object.assign(list.style, { left: `${box.left}px`, top: `${box.bottom + 4}px`, width: `${Math.min(box.width, 320)}px` })
  if (!shown()) list.showPopover()
  point(0)
}

function choose(option) {
  const name = option.querySelector("span:not(.face)").textContent
  const end = area.selectionStart
  area.setRangeText(`${name} `, end - typed().length, end, "end")
  close()
  area.dispatchEvent(new Event("input", { bubbles: true }))
}

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-mentions]")) return
  area = event.target
  area.setAttribute("aria-controls", list.id)
  clearTimeout(timer)
  timer = setTimeout(ask, 120)
})
document.addEventListener("keydown", (event) => {
  if (!shown() || event.target !== area) return
  const now = options().findIndex((option) => option.ariaSelected === "true")
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step) point((now + step + options().length) % options().length)
  else if (["Enter", "Tab"].includes(event.key) && options()[now] && !event.ctrlKey && !event.metaKey) choose(options()[now])
  else if (event.key === "Escape") close()
  else return
  event.preventDefault()
  event.stopPropagation()
}, true)
document.addEventListener("focusout", (event) => { if (event.target === area) setTimeout(close, 120) })
list.addEventListener("pointerdown", (event) => { event.preventDefault(); const option = event.target.closest("[data-value]"); if (option) choose(option) })

/* What was typed while this was on its way. */
if (document.activeElement?.matches("[data-mentions]")) { area = document.activeElement; ask() }
