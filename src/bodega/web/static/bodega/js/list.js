// Lists and boards: how many are selected, all of a page, ranges by Shift, and cells edited in place.

const boxes = (form) => [...form.querySelectorAll("input[name=ids]")]
let last = null

function count(form) {
  const all = boxes(form)
  const picked = all.filter((box) => box.checked)
  const label = form.querySelector("[data-picked]")
  if (label) { label.dataset.word ??= label.textContent.toLowerCase(); label.textContent = `${picked.length} ${label.dataset.word}` }
  const whole = form.querySelector("[data-all]")
  if (whole) { whole.checked = picked.length > 0 && picked.length === all.length; whole.indeterminate = picked.length > 0 && !whole.checked }
}

document.addEventListener("change", (event) => {
  const box = event.target
  const form = box.form
  if (box.matches("[data-all]")) for (const one of boxes(form)) one.checked = box.checked
  if (box.matches("[data-all], [name=ids]")) count(form)
})

document.addEventListener("click", (event) => {
  const box = event.target
  if (!box.matches?.("input[name=ids]")) return
  const all = boxes(box.form)
  if (event.shiftKey && last?.isConnected && last.form === box.form) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b)
    for (const one of all.slice(from, to + 1)) one.checked = box.checked
  }
  last = box
  count(box.form)
})

document.addEventListener("reset", (event) => setTimeout(() => { if (event.target.querySelector("[data-picked]")) count(event.target) }))

/* A double click on a fact brings its field; Escape puts the old text back. The cells of lists: grid.js. */
const FACT = "[data-cell]:not([data-grid] *)"
const before = new WeakMap()

async function edit(cell) {
  if (cell.querySelector("form")) return
  before.set(cell, [...cell.childNodes])
  await htmx.ajax("GET", cell.dataset.cell, { target: cell, swap: "innerHTML", source: cell, select: "", push: "false" })
  cell.querySelector("input:not([type=hidden]), select, textarea")?.focus()
}

function putBack(cell) {
  cell.replaceChildren(...before.get(cell))
}

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest(FACT)
  if (cell && !event.target.closest("a, .cell-edit")) edit(cell)
})
document.addEventListener("click", (event) => {
  const pencil = event.target.closest("[data-cell] > a.edit")
  if (pencil && !event.ctrlKey && !event.metaKey) { event.preventDefault(); edit(pencil.parentElement) }
})
document.addEventListener("keydown", (event) => {
  const cell = event.target.closest(FACT)
  if (event.key === "Escape" && cell?.querySelector("form")) { event.preventDefault(); putBack(cell) }
})
document.addEventListener("focusout", (event) => {
  const form = event.target.closest("form.cell-edit:not([data-grid] *)")
  // A click elsewhere keeps what was written, as leaving a cell of a sheet does.
  if (form && form.isConnected && !form.contains(event.relatedTarget)) setTimeout(() => form.isConnected && !document.hidden && form.requestSubmit())
})
