// What stands around a list: columns are dragged, widened and kept in sight, more rows come as one scrolls. Without
// scripts the menu of columns and the links to other pages do it.

const SLACK = 6 // px a mouse travels before a press becomes a drag
const REST = 280 // ms a finger rests on a line before it is lifted
const EDGE = 9 // px at the end of a head by which it is widened
const STEP = 16 // px by which a key widens

const rtl = (element) => getComputedStyle(element).direction === "rtl"
const heads = () => [...document.querySelectorAll(".grid thead th[data-name]")]
const menu = () => document.querySelector("#columns form")

/* A list as it is now: the answer of the server takes its place, and its address that of this page. */
async function put(url, options) {
  const response = await fetch(url, options)
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  const fresh = page.getElementById("listing")
  if (!response.ok || !fresh) return false
  const place = document.querySelector(".listing .scroll")?.scrollLeft ?? 0
  for (const part of ["#listing", "header.top"]) {
    const [old, next] = [document.querySelector(part), page.querySelector(part)]
    if (old && next) { old.replaceWith(next); htmx.process(next) }
  }
  history.replaceState(history.state, "", response.url)
  const scroll = document.querySelector(".listing .scroll")
  if (scroll) scroll.scrollLeft = place
  begin()
  return true
}

/* The click that ends a drag is none; a drag that ends elsewhere makes none, so nothing waits for it. */
function swallow() {
  const none = (event) => { event.preventDefault(); event.stopPropagation() }
  addEventListener("click", none, true)
  setTimeout(() => removeEventListener("click", none, true))
}

// ---- columns ----

function layout(order, widths = {}) {
  const shown = heads()
  const stay = shown.filter((head) => head.classList.contains("stays")).length - 1
  const words = order.map((head) => {
    const width = widths[head.dataset.name] ?? head.querySelector(".wide")?.getAttribute("width")
    return width ? `${head.dataset.name}:${width}` : head.dataset.name
  })
  if (stay > 0) words.splice(stay + 1, 0, "|")
  return words.join(" ")
}

async function keep(text, name) {
  const form = menu()
  const body = new FormData()
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value)
  body.set("next", location.pathname + location.search)
  body.set("layout", text)
  await put(form.getAttribute("action"), { method: "POST", body })
  document.querySelector(`.grid thead th[data-name="${CSS.escape(name)}"] a`)?.focus()
}

function move(head, to) {
  const order = heads()
  order.splice(order.indexOf(head), 1)
  order.splice(Math.max(to, 1), 0, head)
  return keep(layout(order), head.dataset.name)
}

const cellsOf = (head) => [...head.closest("table").rows].map((row) => row.cells[head.cellIndex])

/* How much room there is between the edges of a head. */
const wideness = (head) => {
  const { paddingLeft, paddingRight } = getComputedStyle(head)
  return Math.round(head.offsetWidth - parseFloat(paddingLeft) - parseFloat(paddingRight))
}

function widen(head, width) {
  const held = head.querySelector(".wide") ?? document.createElementNS("http://www.w3.org/2000/svg", "svg")
  for (const [name, value] of [["class", "wide"], ["height", 0], ["width", Math.min(Math.max(width, 60), 900)]]) held.setAttribute(name, value)
  head.append(held)
  for (const cell of cellsOf(head)) cell?.classList.add("sized")
}

const isEdge = (event, head) => {
  const box = head.getBoundingClientRect()
  return rtl(head) ? event.clientX < box.left + EDGE : event.clientX > box.right - EDGE
}

document.addEventListener("pointerdown", (event) => {
  const head = event.target.closest?.(".grid thead th[data-name]")
  if (!head || event.button !== 0 || event.pointerType === "touch") return
  const [start, before, widening] = [event.clientX, wideness(head), isEdge(event, head)]
  const first = heads()[0]
  let lifted = false
  let over = null
  if (widening) { event.preventDefault(); head.classList.add("widening") }
  const travel = (e) => {
    const way = (e.clientX - start) * (rtl(head) ? -1 : 1)
    if (widening) { lifted = true; return widen(head, before + way) }
    if (head === first) return
    if (!lifted && Math.abs(way) > SLACK) { lifted = true; head.classList.add("lifted") }
    if (!lifted) return
    for (const one of heads()) one.classList.remove("drop-before", "drop-after")
    over = heads().find((one) => { const box = one.getBoundingClientRect(); return box.left <= e.clientX && e.clientX < box.right && one !== first && one !== head })
    over?.classList.add(heads().indexOf(over) < heads().indexOf(head) ? "drop-before" : "drop-after")
  }
  const stop = (e) => {
    document.removeEventListener("pointermove", travel)
    document.removeEventListener("pointerup", stop)
    document.removeEventListener("pointercancel", stop)
    head.classList.remove("lifted", "widening")
    for (const one of heads()) one.classList.remove("drop-before", "drop-after")
    if (lifted) swallow()
    if (e.type !== "pointerup" || !lifted) return
    if (widening) keep(layout(heads()), head.dataset.name)
    else if (over) move(head, heads().indexOf(over))
  }
  document.addEventListener("pointermove", travel)
  document.addEventListener("pointerup", stop)
  document.addEventListener("pointercancel", stop)
})
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".grid thead")) event.preventDefault() })

/* By keys: Alt with an arrow moves the column whose head has the focus, with Shift it makes it wider or narrower. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  const head = event.target.closest?.(".grid thead th[data-name]")
  if (!head || !step || !event.altKey) return
  event.preventDefault()
  const way = rtl(head) ? -step : step
  const at = heads().indexOf(head)
  if (event.shiftKey) keep(layout(heads(), { [head.dataset.name]: wideness(head) + STEP * way }), head.dataset.name)
  else if (at > 0 && heads()[at + way]) move(head, at + way)
})

/* Shift and a click on a head sorts by that, too; once more turns it round. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.(".grid thead th[data-name] a")
  if (!link || !event.shiftKey) return
  event.preventDefault()
  event.stopPropagation()
  const name = link.closest("th").dataset.name
  const url = new URL(location.href)
  for (const gone of ["after", "before"]) url.searchParams.delete(gone)
  const first = document.querySelector(".grid thead [aria-sort]")
  if (!url.searchParams.has("sort") && first) url.searchParams.set("sort", (first.ariaSort === "descending" ? "-" : "") + first.dataset.name)
  const then = (url.searchParams.get("then") ?? "").split(",").filter(Boolean)
  const at = then.findIndex((one) => one.replace("-", "") === name)
  if (at >= 0) then[at] = then[at] === name ? `-${name}` : name
  else then.push(name)
  if (first?.dataset.name !== name) url.searchParams.set("then", then.join(","))
  location.href = url
}, true)

/* Lines of the menu change places: by dragging, and by Alt with an arrow. */
function shift(item, down) {
  const other = down ? item.nextElementSibling : item.previousElementSibling
  if (!other) return
  if (down) other.after(item)
  else other.before(item)
  item.querySelector("input").focus()
}
document.addEventListener("keydown", (event) => {
  const item = event.target.closest?.(".arranging .item")
  if (item && event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key)) { event.preventDefault(); shift(item, event.key === "ArrowDown") }
})
function carry(item, { clientX, clientY }) {
  const over = document.elementFromPoint(clientX, clientY)?.closest(".arranging .item")
  if (!over || over === item) return
  if (over.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING) over.before(item)
  else over.after(item)
}
/* By touch, after a finger has rested on one: a swipe still scrolls. */
document.addEventListener("touchstart", (event) => {
  const item = event.target.closest?.(".arranging .item")
  if (!item || event.touches.length > 1) return
  let lifted = false
  const lift = setTimeout(() => { lifted = true; item.classList.add("lifted") }, REST)
  const travel = (e) => {
    if (!lifted) return clearTimeout(lift)
    e.preventDefault()
    carry(item, e.touches[0])
  }
  const stop = (e) => {
    clearTimeout(lift)
    if (lifted && e.cancelable) e.preventDefault() // it is no tap
    item.classList.remove("lifted")
    for (const [name, heard] of [["touchmove", travel], ["touchend", stop], ["touchcancel", stop]]) item.removeEventListener(name, heard)
  }
  for (const [name, heard] of [["touchmove", travel], ["touchend", stop], ["touchcancel", stop]]) item.addEventListener(name, heard, { passive: false })
}, { passive: true })
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.(".arranging .item")
  if (!item || event.target.matches("input") || event.pointerType === "touch") return
  const start = event.clientY
  let lifted = false
  const travel = (e) => {
    if (!lifted && Math.abs(e.clientY - start) > SLACK) { lifted = true; item.classList.add("lifted") }
    if (lifted) carry(item, e)
  }
  const stop = () => {
    document.removeEventListener("pointermove", travel)
    document.removeEventListener("pointerup", stop)
    item.classList.remove("lifted")
    if (lifted) swallow()
  }
  document.addEventListener("pointermove", travel)
  document.addEventListener("pointerup", stop)
})

/* Where each column that stays in sight has to stop. */
function settle() {
  const table = document.querySelector(".grid")
  if (!table) return
  let at = table.querySelector("thead .pick")?.offsetWidth ?? 0
  for (const head of table.querySelectorAll("thead .stays")) {
    table.style.setProperty(`--at-${head.cellIndex + 1}`, `${at}px`)
    at += head.offsetWidth
  }
  const scroll = table.closest(".scroll")
  const mark = () => scroll.classList.toggle("scrolled", scroll.scrollLeft !== 0)
  if (!scroll.dataset.marks) scroll.addEventListener("scroll", mark, { passive: true })
  scroll.dataset.marks = "yes"
  mark()
}
// ---- what may be typed next in a question ----

const offers = Object.assign(document.createElement("ul"), { id: "completing", className: "completing", popover: "manual", role: "listbox" })
const choices = () => [...offers.querySelectorAll("[data-value]")]
const isOpen = () => offers.isConnected && offers.matches(":popover-open")
/* What is offered for a text that has been typed on is not taken for the new one. */
const isOffered = (box) => isOpen() && offers.dataset.of === box.value
let typing = 0

function point(box, at) {
  choices().forEach((choice, n) => choice.setAttribute("aria-selected", String(n === at)))
  const choice = choices()[at]
  if (choice) { box.setAttribute("aria-activedescendant", choice.id); choice.scrollIntoView({ block: "nearest" }) }
  else box.removeAttribute("aria-activedescendant")
}

function shut(box) {
  if (isOpen()) offers.hidePopover()
  box.setAttribute("aria-expanded", "false")
  box.removeAttribute("aria-activedescendant")
}

async function offer(box) {
  const asked = box.value
  const at = box.selectionStart
  const url = new URL(box.dataset.completes, location.href)
  for (const [name, value] of [["q", asked], ["at", at], ["prefix", offers.id]]) url.searchParams.set(name, value)
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null)
  if (!response?.ok || asked !== box.value || document.activeElement !== box) return
  const page = new DOMParser().parseFromString(await response.text(), "text/html")
  offers.replaceChildren(...page.body.children)
  if (!choices().length) return shut(box)
  box.after(offers)
  offers.dataset.of = asked
  offers.dataset.tail = asked.length - at
  offers.ariaLabel = box.dataset.offers
  const { left, bottom, width } = box.closest("form").getBoundingClientRect()
  Object.assign(offers.style, { left: `${left}px`, top: `${bottom + 4}px`, width: `${Math.min(Math.max(width, 320), 460, innerWidth - 2 * left)}px` })
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", offers.id], ["aria-expanded", "true"]]) box.setAttribute(name, value)
  if (!isOpen()) offers.showPopover()
  point(box, -1)
}

function take(box, choice) {
  const tail = Number(offers.dataset.tail)
  const text = choice.dataset.value
  const at = text.length - tail
  const goesOn = /[:<>(.]$/.test(text.slice(0, at)) || tail > 0
  box.value = goesOn ? text : `${text} `
  box.setSelectionRange(goesOn ? at : at + 1, goesOn ? at : at + 1)
  offer(box)
}

const isAsking = (target) => target.matches?.("input[data-completes]")
document.addEventListener("input", (event) => { if (isAsking(event.target)) { clearTimeout(typing); typing = setTimeout(() => offer(event.target), 80) } })
document.addEventListener("click", (event) => { if (isAsking(event.target)) offer(event.target) })
document.addEventListener("focusout", (event) => { if (isAsking(event.target)) shut(event.target) })
document.addEventListener("submit", (event) => { const box = event.target.querySelector("[data-completes]"); if (box) { clearTimeout(typing); shut(box) } })
offers.addEventListener("pointerdown", (event) => {
  event.preventDefault()
  const choice = event.target.closest("[data-value]")
  if (choice) take(document.querySelector("[data-completes]"), choice)
})
document.addEventListener("keydown", (event) => {
  const box = event.target
  if (!isAsking(box)) return
  const now = choices().findIndex((choice) => choice.ariaSelected === "true")
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step && !isOffered(box)) { event.preventDefault(); offer(box) }
  else if (step) { event.preventDefault(); point(box, Math.min(Math.max(now + step, -1), choices().length - 1)) }
  else if (isOffered(box) && ["Enter", "Tab"].includes(event.key) && now >= 0) { event.preventDefault(); take(box, choices()[now]) }
  else if (isOpen() && event.key === "Escape") { event.preventDefault(); event.stopPropagation(); shut(box) }
}, true)

// ---- groups: the rows of one come when it is opened ----

const SHOWN = 50 // so many rows are opened at once where a list begins

async function openGroup(link) {
  link.setAttribute("aria-expanded", "true")
  const head = link.closest("tr")
  const page = await rowsAt(`${link.getAttribute("href")}&after=`)
  if (!page || link.ariaExpanded !== "true") return
  const rows = [...page.querySelectorAll("tbody tr")]
  head.closest("form").append(page.querySelector("[name=seen]"))
  if (page.querySelector("[data-more=after]")) rows.push(rest(head, link))
  link.rows = rows
  head.after(...rows)
  document.dispatchEvent(new CustomEvent("bodega:rows"))
}

/* A line that leads to all the others. */
function rest(head, link) {
  const row = document.createElement("tr")
  row.className = "rest"
  const cell = Object.assign(document.createElement("th"), { colSpan: head.firstElementChild.colSpan })
  const all = Object.assign(document.createElement("a"), { href: link.href, textContent: `${link.textContent.trim()} (${head.querySelector(".quiet").textContent})` })
  cell.append(all)
  row.append(cell)
  return row
}

function closeGroup(link) {
  link.setAttribute("aria-expanded", "false")
  for (const row of link.rows ?? []) row.remove()
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-group]")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  if (link.ariaExpanded === "true") closeGroup(link)
  else openGroup(link)
})

async function beginGroups() {
  let left = SHOWN
  for (const link of document.querySelectorAll("a[data-group]:not([aria-expanded])")) {
    left -= Math.min(Number(link.dataset.group), SHOWN)
    if (left >= 0) await openGroup(link)
    else link.setAttribute("aria-expanded", "false")
  }
}

// ---- more rows ----

async function rowsAt(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null)
  return response?.ok && !response.redirected && new DOMParser().parseFromString(await response.text(), "text/html")
}

const MOST = 2000 // rows of one list; then the link is a link again, and the page begins there

const rowsOf = () => [...document.querySelectorAll(".listing .grid tbody tr")]
const keyOf = (row) => row.querySelector("[name=ids]")?.value
const scroller = () => { const one = document.querySelector(".listing .scroll"); return one && getComputedStyle(one).overflowY !== "visible" ? one : document.scrollingElement }

const near = new IntersectionObserver((seen) => { for (const one of seen) if (one.isIntersecting) more(one.target) }, { rootMargin: "600px", scrollMargin: "600px" })

async function more(link) {
  near.unobserve(link)
  const back = link.dataset.more === "before"
  const body = document.querySelector(".listing .grid tbody")
  if (!body || link.dataset.asked || rowsOf().length >= MOST) return
  link.dataset.asked = "yes"
  const page = await rowsAt(link.href)
  if (!page || !link.isConnected) return
  const known = new Set(rowsOf().map(keyOf))
  const rows = [...page.querySelectorAll("tbody tr")].filter((row) => !known.has(keyOf(row)))
  for (const row of rows) row.dataset.page = link.href
  const scroll = scroller()
  const height = scroll.scrollHeight
  const top = scroll.scrollTop
  if (back) body.prepend(...rows)
  else body.append(...rows)
  body.closest("form").append(page.querySelector("[name=seen]"))
  const next = page.querySelector(`[data-more=${link.dataset.more}]`)
  if (next) { link.replaceWith(next); near.observe(next) }
  else link.remove()
  if (back) scroll.scrollTop = top + scroll.scrollHeight - height // what one reads stays where it is
  document.dispatchEvent(new CustomEvent("bodega:rows"))
}

/* Where one reads is kept with the address, so that going back leads there. */
function read() {
  const top = document.querySelector(".grid thead th")?.getBoundingClientRect().bottom ?? 0
  const row = rowsOf().find((one) => one.getBoundingClientRect().bottom > top)
  if (!row) return
  const place = { at: keyOf(row), off: Math.round(row.getBoundingClientRect().top) }
  history.replaceState({ ...history.state, place }, "", row.dataset.page ?? document.querySelector(".listing").dataset.page)
}

let reading = 0
document.addEventListener("scroll", (event) => {
  if (!document.querySelector(".listing .grid") || event.target.closest?.(".menu, dialog")) return
  clearTimeout(reading)
  reading = setTimeout(read, 150)
}, { capture: true, passive: true })

function goBack() {
  const { place } = history.state ?? {}
  const asked = location.hash.match(/^#r(\d+)$/)?.[1]
  const row = rowsOf().find((one) => keyOf(one) && keyOf(one) === (place?.at ?? asked))
  if (!row) return
  if (place) scroller().scrollTop += row.getBoundingClientRect().top - place.off
  else { row.scrollIntoView({ block: "center" }); row.classList.add("at"); row.querySelector("th a")?.focus({ preventScroll: true }) }
}

function begin() {
  settle()
  const list = document.querySelector(".listing")
  if (!list || list.dataset.page) return
  list.dataset.page = location.pathname + location.search
  for (const link of list.querySelectorAll("[data-more]")) near.observe(link)
  beginGroups()
}

if (document.querySelector("#listing .grid")) history.scrollRestoration = "manual"
begin()
goBack()
addEventListener("resize", settle)
document.addEventListener("htmx:after:swap", (event) => {
  begin()
  // A question asked in place: above it stands what can be done with it now.
  const page = event.detail.ctx?.target?.id === "listing" && new DOMParser().parseFromString(event.detail.ctx.text ?? "", "text/html")
  const [old, next] = [document.querySelector("header.top"), page && page.querySelector("header.top")]
  if (old && next) { old.replaceWith(next); htmx.process(next) }
})
