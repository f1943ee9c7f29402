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

/* Colleagues first, then customers; those of whom there are several by one name are written out with their number. */
async function offered(place, prefix, text) {
  const url = new URL(place, location.href)
  url.search = new URLSearchParams({ q: text, prefix })
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null)
  if (!response?.ok) return []
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  return [...page.body.querySelectorAll("[data-value]")].map((option) => Object.assign(option, { place }))
}

const named = (option) => option.querySelector("span:not(.face)").textContent
const said = (option) => {
  const key = new URL(option.place, location.href).hash.slice(1)
  const alike = options().filter((other) => named(other).toLowerCase() === named(option).toLowerCase())
  return key && alike.length > 1 ? `[${named(option)}](${key}/${option.dataset.value.slice(1)})` : named(option)
}

async function ask() {
  const text = typed()
  if (text === undefined) return close()
  const places = area.dataset.mentions.split(" ")
  const found = await Promise.all(places.map((place, n) => offered(place, `${list.id}-${n}`, text.trim())))
  if (text !== typed()) return
  list.replaceChildren(...found.flat())
  if (!options().length) return close()
  const top = area.closest("dialog") ?? document.body
  if (list.parentElement !== top) top.append(list)
  const box = area.getBoundingClientRect()
  Object.assign(list.style, { left: `${box.left}px`, top: `${box.bottom + 4}px`, width: `${Math.min(box.width, 320)}px` })
  if (!shown()) list.showPopover()
  point(0)
}

function choose(option) {
  const name = said(option)
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
