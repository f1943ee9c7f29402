// What is done to a range of cells at once: copied as a spreadsheet takes it, pasted, filled down, cleared. A block goes to
// the server in one request; what it refuses stays where it was put, with the reason, until it is mended or given up.
import { at, fill, grid, headOf, idOf, keep, offline, place, putBack, range, refused, rows, toast, told } from "./grid.js"

const BATCH = 200
/* By record and field: the text for people and other programs, and the one that gives the same value back. */
const values = new Map()
const asked = new Set()

const names = () => [...grid().tHead.rows[0].cells].slice(1).map((head) => head.dataset.name)
const nameOf = (cell) => headOf(cell).dataset.name
const held = (cell) => values.get(idOf(cell.parentElement))?.get(nameOf(cell)) ?? [cell.textContent.trim(), cell.textContent.trim()]
const say = (detail) => document.dispatchEvent(new CustomEvent("bodega:say", { detail }))

async function ask(ids, more = {}) {
  const asking = new URLSearchParams({ ids: ids.join(" "), columns: names().join(" "), ...more })
  const response = await fetch(`${grid().dataset.grid}cells/?${asking}`, { headers: { "HX-Request": "true" } }).catch(() => null)
  return response?.ok ? response.json() : null
}

/* The values of the rows that are not known yet, as soon as somebody moves in the list. */
let loaded = Promise.resolve()
export function load() { loaded = loaded.then(more) }

async function more() {
  const ids = rows().map(idOf).filter((id) => !asked.has(id))
  for (const id of ids) asked.add(id)
  for (let n = 0; n < ids.length; n += BATCH) take(await ask(ids.slice(n, n + BATCH)))
}

/* The rows as they are now: a change of one value may have changed others. */
export async function refresh(ids) {
  for (let n = 0; n < ids.length; n += BATCH) {
    const some = ids.slice(n, n + BATCH)
    const answer = await ask(some, { drawn: "yes" })
    take(answer)
    if (answer) for (const row of rows()) if (some.includes(idOf(row)) && !(idOf(row) in answer.texts)) row.remove()
  }
}

function take(answer) {
  if (!answer) return
  for (const [id, texts] of Object.entries(answer.texts)) values.set(id, new Map(answer.columns.map((name, n) => [name, texts[n]])))
  seen(answer.html ? answer.versions : { ...answer.versions, ...Object.fromEntries(versions()) })
  if (!answer.html) return
  for (const row of rows().filter((row) => answer.html[idOf(row)])) {
    for (const cell of [...row.cells].slice(1)) {
      const html = answer.html[idOf(row)][answer.columns.indexOf(nameOf(cell))]
      if (html !== undefined && !refused.has(cell) && !cell.querySelector(".cell-edit, .draft")) fill(cell, html)
    }
  }
}

/* The versions one has before one, as bulk changes send them too: a field for each part of the list that has come. */
const fields = () => [...grid().closest("form").querySelectorAll("[name=seen]")]
const versions = () => new Map(fields().flatMap((field) => field.value.split(" ").map((pair) => pair.split("."))))
function seen(newer) {
  const text = [...new Map([...versions(), ...Object.entries(newer)])].map((pair) => pair.join(".")).join(" ")
  const [first, ...others] = fields()
  first.value = text
  for (const one of others) one.remove()
}

/* ---- copying ------------------------------------------------------------------------------------------------------ */

const quoted = (text) => (/["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export function copy(data) {
  const block = range().map((cells) => cells.map(held))
  data.setData("text/plain", block.map((cells) => cells.map(([text]) => quoted(text)).join("\t")).join("\n"))
  const table = document.createElement("table")
  table.dataset.bodega = ""
  for (const cells of block) {
    const row = table.insertRow()
    for (const [text, exact] of cells) { const cell = row.insertCell(); cell.textContent = text; cell.dataset.value = exact }
  }
  data.setData("text/html", table.outerHTML)
  say(`${grid().dataset.copied}: ${block.flat().length}`)
}

export function cut(data) { copy(data); clear() }

/* ---- pasting ------------------------------------------------------------------------------------------------------ */

/* Tab-separated lines as spreadsheets write them: a text in quotes may hold tabs and line breaks. */
function lines(text) {
  const found = [[]]
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/y
  while (cell.lastIndex < text.length) {
    const [, inQuotes, plain, end] = cell.exec(text)
    found.at(-1).push(inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"'))
    if (end === "") break
    if (end !== "\t") found.push([])
    else if (cell.lastIndex === text.length) found.at(-1).push("")
  }
  return found.at(-1).length ? found : found.slice(0, -1)
}

function clipped(plain, html) {
  const table = html && new DOMParser().parseFromString(html, "text/html").querySelector("table")
  if (table && ("bodega" in table.dataset || !plain)) {
    const cells = (row) => [...row.cells].map((cell) => cell.dataset.value ?? cell.innerText ?? cell.textContent)
    return { exact: "bodega" in table.dataset, block: [...table.rows].map(cells) }
  }
  return { exact: false, block: lines(plain) }
}

export function paste(_data, [plain, html]) {
  const { exact, block } = clipped(plain, html)
  if (!block.length || !block[0].length) return
  const to = range()
  const [high, wide] = [block.length, Math.max(...block.map((row) => row.length))]
  // One value fills the range, and a block is repeated where it fits a whole number of times.
  const [down, across] = [repeats(to.length, high), repeats(to[0].length, wide)]
  const all = rows()
  const [first, left] = [all.indexOf(to[0][0].parentElement), to[0][0].cellIndex]
  const given = []
  let left_out = 0
  for (let y = 0; y < down; y += 1) {
    for (let x = 0; x < across; x += 1) {
      const [cell, text] = [all[first + y]?.cells[left + x], block[y % high][x % wide]]
      if (cell && text !== undefined) given.push([cell, text])
      else if (text !== undefined) left_out += 1
    }
  }
  at.from = to[0][0]
  place(all[Math.min(first + down, all.length) - 1].cells[Math.min(left + across, all[first].cells.length) - 1], true)
  put(given, { exact, left_out })
}

const repeats = (there, given) => (there % given === 0 ? there : given)

/* ---- one request -------------------------------------------------------------------------------------------------- */

/* Puts texts into cells: shown at once, kept by the server as one change, with one way back. */
async function put(given, { exact = true, left_out = 0 } = {}) {
  if (!given.length) return
  for (const [cell, text] of given) {
    keep(cell)
    refused.set(cell, { text })
    cell.replaceChildren(Object.assign(document.createElement("span"), { className: "pending", textContent: text }))
    cell.ariaBusy = "true"
  }
  const answer = await send(given, { exact, left_out })
  for (const [cell] of given) { cell.ariaBusy = null; if (refused.get(cell)?.why === undefined) refused.delete(cell) }
  if (answer.problem) {
    for (const [cell, text] of given) if (answer.keep) refuse(cell, text, answer.problem); else putBack(cell)
    toast({ text: answer.problem, tone: "bad" })
  } else {
    const wrong = new Map(answer.wrong.map(([id, name, why]) => [`${id} ${name}`, why]))
    for (const [cell, text] of given) {
      const why = wrong.get(`${idOf(cell.parentElement)} ${nameOf(cell)}`)
      if (why) refuse(cell, text, why)
    }
    take(answer)
    toast({ text: answer.said, tone: wrong.size ? "warn" : "good", undo: answer.undo })
  }
  if (document.activeElement === document.body) place(at.here, at.here !== at.from)
}

async function send(given, { exact, left_out }) {
  const columns = [...new Set(given.map(([cell]) => nameOf(cell)))]
  const known = versions()
  const byRow = Map.groupBy(given, ([cell]) => cell.parentElement)
  const block = {
    columns, exact, left_out,
    rows: [...byRow].map(([row, cells]) => {
      const texts = new Map(cells.map(([cell, text]) => [nameOf(cell), text]))
      return [Number(idOf(row)), Number(known.get(idOf(row)) ?? 0), columns.map((name) => texts.get(name) ?? null)]
    }),
  }
  const body = new FormData()
  body.set("block", JSON.stringify(block))
  body.set("shown", names().join(" "))
  body.set("csrfmiddlewaretoken", document.querySelector("input[name=csrfmiddlewaretoken]").value)
  const response = await fetch(`${grid().dataset.grid}put/`, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(() => null)
  if (!response) return { problem: offline(), keep: true }
  if (response.headers.has("HX-Redirect")) location.href = response.headers.get("HX-Redirect")
  if (response.ok && response.status === 200) return response.json()
  return { problem: told(await response.text()), keep: response.status >= 500 }
}

function refuse(cell, text, why) {
  const id = `wrong_${idOf(cell.parentElement)}_${nameOf(cell)}`
  refused.set(cell, { text, why })
  cell.classList.add("refused")
  cell.replaceChildren(
    Object.assign(document.createElement("span"), { className: "typed", textContent: text || "–" }),
    Object.assign(document.createElement("span"), { className: "wrong", id, textContent: why }),
  )
  cell.setAttribute("aria-describedby", id)
}

/* ---- other ways to fill cells -------------------------------------------------------------------------------------- */

export function clear() {
  const cells = range().flat().filter((cell) => !cell.matches("th") || at.here !== at.from)
  put(cells.map((cell) => [cell, ""]))
}

/* Ctrl-D: the first row of the range goes into those below; of a single row, what stands above it. */
export async function fillDown() {
  const block = range()
  await loaded
  const all = rows()
  const above = block.length > 1 ? block.shift() : all[all.indexOf(block[0][0].parentElement) - 1]?.cells
  if (!above) return
  const source = new Map([...above].map((cell) => [cell.cellIndex, cell]))
  put(block.flat().map((cell) => [cell, held(source.get(cell.cellIndex))[1]]))
}

/* Yes or no by one key; Space for the other of the two. */
export async function answer(cell, key) {
  await loaded
  put([[cell, key === " " ? { yes: "no" }[held(cell)[1]] ?? "yes" : key]])
}

document.addEventListener("htmx:after:swap", () => { asked.clear() })
