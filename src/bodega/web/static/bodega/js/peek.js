// Quick view: a record beside the list, board or page one is on. The arrows go to the next one, Escape goes back.

const RECORD = /^\/[a-z0-9-]+\/\d+\/$/
const ITEMS = "[data-rows] tbody tr, .deal, .rows > li, .entry"
const AROUND = "[data-rows], .cards, .rows, .timeline, .facts, main"
const isRecord = (link) => link.origin === location.origin && RECORD.test(link.pathname)
const linkIn = (item) => [...(item?.querySelectorAll("a[href]") ?? [])].find(isRecord)
const within = (link) => [...link.closest(AROUND).querySelectorAll(ITEMS)].map(linkIn).filter(Boolean)

let dialog, link, all

function build() {
  dialog = document.createElement("dialog")
  dialog.className = "peek"
  document.body.append(dialog)
  dialog.addEventListener("keydown", key)
  dialog.addEventListener("close", () => { mark(false); dialog.replaceChildren(); link?.focus() })
}

function mark(on) { (link?.closest("tr, .deal, .rows > li"))?.classList.toggle("at", on) }

export async function open(chosen) {
  if (!dialog) build()
  if (!dialog.open) { all = within(chosen); dialog.showModal() }
  mark(false)
  link = chosen
  mark(true)
  link.scrollIntoView({ block: "nearest" })
  dialog.classList.add("busy")
  const response = await fetch(`${chosen.pathname}peek/`, { headers: { "HX-Request": "true" } }).catch(() => null)
  if (chosen !== link || !dialog.open) return
  dialog.classList.remove("busy")
  if (!response || response.redirected && !response.url.endsWith("/peek/")) { dialog.close(); location.href = chosen.href; return }
  show(new DOMParser().parseFromString(await response.text(), "text/html"))
}

function show(page) {
  const article = page.querySelector(".peek-page") ?? page.querySelector("[data-problem]") ?? page.body
  const head = document.getElementById("peek-head").content.cloneNode(true)
  const at = all.indexOf(link)
  head.querySelector("[data-step='-1']").disabled = at < 1
  head.querySelector("[data-step='1']").disabled = at < 0 || at === all.length - 1
  for (const button of head.querySelectorAll("[data-step]")) button.addEventListener("click", () => step(Number(button.dataset.step)))
  head.querySelector("[data-close]").addEventListener("click", () => dialog.close())
  const opener = article.querySelector("[data-open-record]")
  if (opener) opener.href = link.href
  dialog.replaceChildren(head, article)
  dialog.ariaLabel = article.querySelector("h1, h2")?.textContent ?? page.title
  dialog.scrollTop = 0
  article.querySelector("h2")?.focus({ preventScroll: true })
}

function step(by) {
  const next = all[all.indexOf(link) + by]
  if (next) open(next)
}

function key(event) {
  if (event.target.closest("input, select, textarea")) return
  const by = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
  const on = event.target.closest("a, button")
  if (by) { event.preventDefault(); step(by) }
  else if (event.key === " " && !on || event.key === "v") { event.preventDefault(); dialog.close() }
  else if (event.key === "Enter" && !on) { event.preventDefault(); location.href = link.href }
}

/* Space on a row or a link, or v, which a board leaves free; what is pressed or ticked by Space is left alone. */
export function press(event) {
  if (![" ", "v"].includes(event.key) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  if (document.querySelector("dialog[open]") || event.target.closest("input, select, textarea, button, summary, [contenteditable]")) return
  const on = event.target.closest("a[href]")
  const chosen = on ? (isRecord(on) ? on : null) : linkIn(document.querySelector("[data-rows] tr.at"))
  if (chosen) { event.preventDefault(); open(chosen) }
}
document.addEventListener("keydown", press)

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("a[data-peek]")
  if (chosen && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); open(chosen) }
})

/* One button, which goes to where the mouse is. */
const button = document.getElementById("peek-button").content.firstElementChild.cloneNode(true)
button.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); open(linkIn(button.closest(ITEMS))) })
function offer(under) {
  if (under.closest(".peeker")) return
  const item = under.closest(ITEMS)
  const chosen = item && !item.closest("dialog") && linkIn(item)
  if (!chosen) return button.remove()
  const place = item.matches("tr") ? chosen.closest("th, td") : item.matches(".entry") ? chosen.parentElement : item
  if (button.parentElement !== place) place.append(button)
}
const hovers = matchMedia("(hover: hover)")
document.addEventListener("pointerover", (event) => { if (hovers.matches) offer(event.target) })
if (hovers.matches) offer([...document.querySelectorAll(":hover")].at(-1) ?? document.body)
