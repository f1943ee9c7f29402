// What stands around a list: columns are dragged, widened and kept in sight. The menu of columns does it without scripts.

const SLACK = 6 // px a mouse travels before a press becomes a drag
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
  settle()
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
document.addEventListener("pointerdown", (event) => {
  const item = event.target.closest?.(".arranging .item")
  if (!item || event.target.matches("input") || event.pointerType === "touch") return
  const start = event.clientY
  let lifted = false
  const travel = (e) => {
    if (!lifted && Math.abs(e.clientY - start) > SLACK) { lifted = true; item.classList.add("lifted") }
    const over = lifted && document.elementFromPoint(e.clientX, e.clientY)?.closest(".arranging .item")
    if (over && over !== item) { if (over.compareDocumentPosition(item) & Node.DOCUMENT_POSITION_FOLLOWING) over.before(item); else over.after(item) }
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
settle()
addEventListener("resize", settle)
document.addEventListener("htmx:after:swap", settle)
