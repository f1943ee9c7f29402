// Lists as spreadsheets: a cell cursor moved by keys, ranges, and cells edited where they stand. Moving asks the server
// nothing. What is copied, pasted, filled and cleared is in block.js, which comes with the first look into a list.

const TEXT = "input:not([type=hidden], [type=checkbox], [type=radio]), textarea"
const FIELD = `:is(${TEXT}, select, input[type=checkbox], input[type=radio])`
export const grid = () => document.querySelector("[data-grid]")
export const rows = () => [...grid().querySelectorAll("tbody tr[data-cells]")]
export const idOf = (row) => row.querySelector("[name=ids]").value
export const headOf = (cell) => grid().tHead.rows[0].cells[cell.cellIndex]
export const toast = (detail) => document.dispatchEvent(new CustomEvent("bodega:toast", { detail }))
const say = (detail) => document.dispatchEvent(new CustomEvent("bodega:say", { detail }))
const inside = (element) => element.closest?.("[data-grid] tbody tr[data-cells] > *")
const tools = () => import("./block.js")
/* What the page of a problem says. */
export const told = (html) => { const page = parsed(html); return page.querySelector("[data-problem] p")?.textContent ?? page.textContent.trim().split("\n")[0] }
export const offline = () => document.querySelector("b-toast").dataset.offline
const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body

/* Where one is: the cell with the cursor, and the one from which a range goes to it. */
export const at = { here: null, from: null }
const painted = new Set()

/* What has the focus for a cell: its field, else the tick box, the link of the title, or the cell itself. */
const target = (cell) => cell.querySelector(`form.cell-edit:not([inert]) ${FIELD}, .draft`) ?? cell.querySelector(":scope.pick input, :scope:is(th) > a") ?? cell

function hold(cell) {
  const [last, next] = [grid().querySelector("tbody [tabindex='0']"), target(cell)]
  if (last && last !== next) last.tabIndex = -1
  next.tabIndex = 0
  return next
}

/* One stop for Tab in the whole table: what is in its cells is reached by the arrows. */
function tame(within = grid()) {
  if (!within) return
  grid().setAttribute("role", "grid")
  grid().setAttribute("aria-multiselectable", "true")
  for (const one of within.querySelectorAll("tbody [data-cells] :is(a, input, time)")) if (!one.closest("form.cell-edit")) one.tabIndex = -1
  const first = at.here?.isConnected ? at.here : grid().querySelector("tbody [data-cells] th")
  if (first) hold(first)
}

export function range() {
  const all = rows()
  const [top, bottom] = [at.from, at.here].map((cell) => all.indexOf(cell.parentElement)).sort((a, b) => a - b)
  const [left, right] = [at.from, at.here].map((cell) => cell.cellIndex).sort((a, b) => a - b)
  return all.slice(Math.max(top, 0), bottom + 1).map((row) => [...row.cells].slice(left, right + 1).filter((cell) => !cell.matches(".pick")))
}

function paint() {
  for (const cell of painted) { cell.classList.remove("in-range"); cell.removeAttribute("aria-selected") }
  painted.clear()
  if (at.here === at.from) return
  for (const cell of range().flat()) { cell.classList.add("in-range"); cell.ariaSelected = "true"; painted.add(cell) }
}

export function place(cell, extend = false) {
  if (!cell) return
  at.here = cell
  if (!extend || !at.from?.isConnected) at.from = cell
  hold(cell).focus({ preventScroll: true })
  cell.scrollIntoView({ block: "nearest", inline: "nearest" })
  uncover(cell)
  paint()
}

/* Columns that stay in sight may lie over the cell. */
function uncover(cell) {
  const over = cell.matches(".stays, .pick") ? null : [...cell.parentElement.querySelectorAll(":scope > .stays")].at(-1)
  if (!over) return
  const [stay, box] = [over, cell].map((one) => one.getBoundingClientRect())
  const hidden = grid().matches(":dir(rtl)") ? Math.min(stay.left - box.right, 0) : Math.max(stay.right - box.left, 0)
  if (hidden) grid().closest(".scroll").scrollLeft -= hidden
}

/* The cell so many rows and columns away, at most the last one; columns that are not shown do not count. */
function away(cell, down, across) {
  const all = rows()
  const row = all[Math.min(Math.max(all.indexOf(cell.parentElement) + down, 0), all.length - 1)]
  const shown = [...row.cells].filter((one) => one.checkVisibility())
  const n = shown.findIndex((one) => one.cellIndex === cell.cellIndex)
  return shown[Math.min(Math.max(n + across, 0), shown.length - 1)]
}

function page() {
  const view = grid().closest(".scroll")
  return Math.max(Math.floor(view.clientHeight / at.here.offsetHeight) - 2, 1)
}

const FAR = 1e6
function moved(cell, event) {
  const way = grid().matches(":dir(rtl)") ? -1 : 1
  const far = event.ctrlKey || event.metaKey ? FAR : 1
  const ends = far === FAR ? far : 0
  return {
    ArrowUp: () => away(cell, -far, 0), ArrowDown: () => away(cell, far, 0),
    ArrowLeft: () => away(cell, 0, -far * way), ArrowRight: () => away(cell, 0, far * way),
    Home: () => away(cell, -ends, -FAR), End: () => away(cell, ends, FAR),
    PageUp: () => away(cell, -page(), 0), PageDown: () => away(cell, page(), 0),
  }[event.key]?.()
}

/* ---- editing: what is typed is seen at once, in a plain field, until the one of the kind of value is there -------- */

const before = new Map()
/* What could not be saved, by cell: the text, and why. */
export const refused = new Map()

const why = (cell) => toast({ text: headOf(cell).dataset.why, tone: "info" })
const sent = (form) => new URLSearchParams(new FormData(form)).toString()
export const url = (cell) => cell.parentElement.dataset.cells + cell.dataset.cell

export function putBack(cell) {
  if (!before.has(cell)) return
  cell.replaceChildren(...before.get(cell))
  settle(cell)
}

/* What stood in a cell, for whoever gives up; the column stays as wide as it is. */
export function keep(cell) {
  cell.parentElement.titleLink ??= cell.parentElement.querySelector("th > a")
  cell.style.minInlineSize = `${cell.offsetWidth}px`
  if (!before.has(cell)) before.set(cell, [...cell.childNodes])
}

function settle(cell) {
  before.delete(cell)
  refused.delete(cell)
  cell.classList.remove("refused")
  cell.removeAttribute("aria-describedby")
  cell.style.minInlineSize = ""
}

/* The value as it is now stored, as the server draws it. The title stays a link. */
export function fill(cell, html) {
  settle(cell)
  const link = cell.matches("th") && (cell.querySelector(":scope > a") ?? cell.parentElement.titleLink)
  if (link) { link.textContent = parsed(html).textContent; cell.replaceChildren(link) } else cell.replaceChildren(...parsed(html).childNodes)
  for (const one of cell.querySelectorAll("a")) one.tabIndex = -1
  if (cell === at.here) { if (document.activeElement === document.body) place(cell, at.from !== cell); else hold(cell) }
}

async function fetchForm(cell) {
  const response = await fetch(url(cell), { headers: { "HX-Request": "true" } }).catch(() => null)
  const html = response ? await response.text() : ""
  const body = parsed(html)
  if (response?.ok && body.querySelector("form.cell-edit")) return own(cell, body.querySelector("form.cell-edit"))
  if (response?.headers.has("HX-Redirect")) location.href = response.headers.get("HX-Redirect")
  toast({ text: response ? told(html) : offline(), tone: "bad" })
  return null
}

/* Several cells may be open at once, when some of them could not be saved: their fields have names of their own. */
function own(cell, form) {
  for (const one of form.querySelectorAll("[id], [for], [aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) if (one.getAttribute(name)) one.setAttribute(name, one.getAttribute(name).replace(/\S+/g, `$&_${idOf(cell.parentElement)}`))
  }
  return form
}

export async function edit(cell, typed) {
  if (cell.querySelector("form.cell-edit, .draft")) return target(cell).focus()
  if (!cell.dataset.cell) return why(cell)
  const again = typed === undefined ? refused.get(cell)?.text : undefined
  const base = again === undefined && typed === undefined ? cell.textContent.trim() : ""
  const draft = Object.assign(document.createElement("input"), { className: "draft", value: typed ?? again ?? base, ariaLabel: headOf(cell).textContent })
  keep(cell)
  cell.replaceChildren(draft)
  draft.focus()
  draft.addEventListener("blur", () => { draft.done = true })
  const form = await fetchForm(cell)
  if (draft.parentElement !== cell) return
  if (!form) { const active = document.activeElement === draft; putBack(cell); if (active) place(cell); return }
  const writing = document.activeElement === draft && !draft.done
  const marked = [draft.selectionStart, draft.selectionEnd]
  cell.replaceChildren(form)
  form.before = sent(form)
  carry(form, draft, typed === undefined && again === undefined ? base : null)
  if (writing) { hold(cell).focus(); aim(form, draft, marked) } else save(cell, form)
}

/* What was typed meanwhile goes into the field; from a list, it chooses. */
function carry(form, draft, base) {
  const control = form.querySelector(`${TEXT}, select`)
  if (!control || draft.value === base) return
  if (control.matches("select")) {
    const wanted = draft.value.trim().toLowerCase()
    const found = [...control.options].find((option) => option.text.toLowerCase().startsWith(wanted) || option.value === wanted)
    if (found) found.selected = true
    return
  }
  if (["date", "datetime-local"].includes(control.type)) control.type = "text"
  control.value = base !== null && draft.value.startsWith(base) ? control.value + draft.value.slice(base.length) : draft.value
  control.dispatchEvent(new Event("input", { bubbles: true }))
}

/* The caret stands where it stood; a list that nobody has typed into opens. */
function aim(form, draft, [start, end]) {
  const control = form.querySelector(FIELD)
  if (control?.matches("select")) try { if (!draft.value) control.showPicker() } catch { /* only upon a key or a click */ }
  else if (control?.matches(TEXT) && control.type !== "date") {
    const all = start === 0 && end === draft.value.length && end > 0
    const same = control.value === draft.value
    control.setSelectionRange?.(all ? 0 : same ? start : control.value.length, same ? end : control.value.length)
  }
}

export function leave(cell, next) {
  const form = cell.querySelector("form.cell-edit:not([inert])")
  const draft = cell.querySelector(".draft")
  if (draft) draft.done = true
  if (form) save(cell, form)
  place(next)
}

async function save(cell, form) {
  if (form.inert || !form.isConnected) return
  if (sent(form) === form.before && !form.querySelector(".wrong")) return void (putBack(cell), cell === at.here && document.activeElement === document.body && place(cell))
  const body = new FormData(form)
  form.inert = true
  cell.ariaBusy = "true"
  const response = await fetch(form.getAttribute("action"), { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null)
  cell.ariaBusy = null
  const html = response ? await response.text() : ""
  if (response?.status === 200) {
    fill(cell, html)
    const undo = response.headers.get("X-Undo")
    if (undo) toast({ undo })
    return (await tools()).refresh([idOf(cell.parentElement)])
  }
  if (response?.headers.has("HX-Redirect")) return void (location.href = response.headers.get("HX-Redirect"))
  const next = [409, 422].includes(response?.status) && parsed(html).querySelector("form.cell-edit")
  form.inert = false
  if (next) { form.replaceWith(own(cell, next)); next.before = ""; say(next.querySelector(".wrong")?.textContent ?? "") }
  else toast({ text: response ? told(html) : offline(), tone: "bad" })
  // Who is writing elsewhere by now is not called back; the cell stays open and marked.
  if (!document.activeElement?.closest(".cell-edit, .draft, dialog")) place(cell)
}

/* ---- keys and mouse ----------------------------------------------------------------------------------------------- */

function write(cell, event) {
  const key = event.key
  if (key === "F2" || (key === "Enter" && !cell.matches(".pick, th") && !event.shiftKey)) return edit(cell), true
  if (cell.matches(".pick, th") || !grid().querySelector("tbody [data-cell]")) return false
  if (key === " " && event.shiftKey) return cell.parentElement.querySelector("[name=ids]").click(), true
  if (headOf(cell).dataset.word === "yesno" && cell.dataset.cell && key.length === 1) return tools().then((block) => block.answer(cell, key)), true
  if (key === " ") return false
  if (key === "Process" || key === "Dead") return edit(cell, ""), false
  return key.length === 1 && (edit(cell, key), true)
}

const withCtrl = {
  a: () => { at.from = rows()[0].cells[1]; place(rows().at(-1).cells[rows().at(-1).cells.length - 1], true) },
  d: () => tools().then((block) => block.fillDown()),
}

document.addEventListener("keydown", (event) => {
  const cell = inside(event.target)
  if (!cell || event.isComposing || event.altKey || event.target.closest(".cell-edit, .draft")) return
  if (cell !== at.here) at.here = at.from = cell
  const next = moved(cell, event)
  const ctrl = event.ctrlKey || event.metaKey
  if (next) place(next, event.shiftKey)
  else if (ctrl && withCtrl[event.key]) withCtrl[event.key]()
  else if (ctrl) return
  else if (event.key === "Escape" && refused.has(cell)) { putBack(cell); place(cell) }
  else if (event.key === "Escape" && at.from !== at.here) place(cell)
  else if (event.key === "Delete" || event.key === "Backspace") tools().then((block) => block.clear())
  else if (!write(cell, event)) return
  event.preventDefault()
}, true)

/* In a cell that is being written: Enter and Tab keep and go on, Escape gives up. A list of choices is asked first. */
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.(".cell-edit, .draft") && inside(event.target)
  if (!cell || event.isComposing) return
  const chosen = cell.querySelector("b-select [role=option][aria-selected=true]")
  if (event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); putBack(cell); return place(cell) }
  if (!["Enter", "Tab"].includes(event.key) || (event.key === "Enter" && event.shiftKey && event.target.matches("textarea"))) return
  if (event.key === "Tab" && within(event, cell)) return
  event.preventDefault()
  if (event.key === "Tab" && chosen && event.target.value) chosen.closest("b-select").choose(chosen)
  const back = event.shiftKey ? -1 : 1
  leave(cell, event.key === "Tab" ? away(cell, 0, back * (grid().matches(":dir(rtl)") ? -1 : 1)) : away(cell, back, 0))
})

/* A value of several fields (an amount and its currency) is gone through by Tab first. */
function within(event, cell) {
  const fields = [...cell.querySelectorAll(FIELD)]
  return fields[fields.indexOf(event.target) + (event.shiftKey ? -1 : 1)]
}

document.addEventListener("submit", (event) => {
  const cell = event.target.matches("form.cell-edit") && inside(event.target)
  if (!cell) return
  event.preventDefault()
  event.stopImmediatePropagation()
  save(cell, event.target)
}, true)

/* What was changed here is taken back here: the list stays as it is, and where it is. */
document.addEventListener("submit", async (event) => {
  const form = event.target
  if (!form.matches("b-toast form[data-here]") || !grid()) return
  event.preventDefault()
  event.stopImmediatePropagation()
  const messages = form.closest("b-toast")
  form.closest(".toast").remove()
  const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null)
  const html = response ? await response.text() : ""
  if (response?.ok) { messages.take(html); (await tools()).refresh(rows().map(idOf)) }
  else toast({ text: response ? told(html) : offline(), tone: "bad" })
}, true)

document.addEventListener("focusin", (event) => {
  const cell = inside(event.target)
  if (!cell) return
  if (cell !== at.here) { at.here = at.from = cell; paint() }
  hold(cell)
  tools().then((found) => { block = found; block.load() })
})

// A click elsewhere keeps what was written, as leaving a cell of a sheet does.
document.addEventListener("focusout", (event) => {
  const form = event.target.closest("form.cell-edit")
  const cell = form && inside(form)
  if (cell && form.isConnected && !form.contains(event.relatedTarget)) setTimeout(() => form.isConnected && !document.hidden && !form.contains(document.activeElement) && !form.querySelector(".wrong") && save(cell, form))
})

let dragging = false
document.addEventListener("mousedown", (event) => {
  const cell = inside(event.target)
  if (!cell || event.button || event.target.closest("a, label, input, select, textarea, button, b-select")) return
  event.preventDefault()
  dragging = true
  place(cell, event.shiftKey)
})
document.addEventListener("mouseover", (event) => { const cell = dragging && inside(event.target); if (cell && cell !== at.here) place(cell, true) })
document.addEventListener("mouseup", () => { dragging = false })
document.addEventListener("dblclick", (event) => {
  const cell = inside(event.target)
  if (cell && !event.target.closest("a, label, input, .cell-edit, .pick")) edit(cell)
})

let block = null
for (const name of ["copy", "cut", "paste"]) {
  document.addEventListener(name, (event) => {
    if (!block || !at.here?.isConnected || !inside(document.activeElement) || document.activeElement.closest(".cell-edit, .draft")) return
    const data = event.clipboardData
    event.preventDefault()
    block[name](data, [data.getData("text/plain"), data.getData("text/html")])
  })
}

/* The list may have been drawn anew around the cursor: a cell may be another's by now. */
document.addEventListener("htmx:after:swap", () => {
  for (const cell of before.keys()) if (!cell.isConnected || !cell.querySelector(".draft, .cell-edit, .pending, .typed")) settle(cell)
  tame()
})
document.addEventListener("bodega:worked", async () => { if (grid()) (await tools()).refresh(rows().map(idOf)) })
document.addEventListener("bodega:rows", () => tame()) // more of them, as one scrolls
tame()
