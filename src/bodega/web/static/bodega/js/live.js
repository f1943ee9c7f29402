// What others do while this page is open: one stream of events, as long as the page can be seen. It says that something
// changed and moves nothing; whoever wants to see it asks for it. The words stand in <b-live>.

const bar = document.querySelector("b-live")
const words = bar.dataset
const filled = (text, given) => text.replace(/\{(\w+)\}/g, (_all, name) => given[name])
const changed = new Set()
let source = null
let editing = false
// When what is shown was asked for: what happened since then is news.
let asked = performance.getEntriesByType("navigation")[0]?.requestStart ?? 0

function open() {
  close()
  const query = new URLSearchParams(location.search)
  const given = { at: location.pathname, q: query.get("q") ?? "", age: Math.round(performance.now() - asked) }
  if (editing) given.editing = "1"
  source = new EventSource(`/live/?${new URLSearchParams(given)}`)
  const on = (name, use) => source.addEventListener(name, (event) => use(JSON.parse(event.data)))
  on("unread", unread)
  on("news", news)
  on("here", here)
}

function close() { source?.close(); source = null }

/* ---- how many notifications are unread ---- */

function unread(count) {
  const link = document.querySelector('.nav a[href="/notifications/"]')
  if (!link) return
  let badge = link.querySelector(".n")
  if (!badge) { badge = Object.assign(document.createElement("span"), { className: "n" }); link.append(badge) }
  badge.textContent = count > 99 ? "99+" : count || ""
  badge.ariaLabel = count ? filled(words.unread, { n: badge.textContent }) : ""
  for (const opener of document.querySelectorAll(".opener")) opener.toggleAttribute("data-unread", count > 0)
}

/* ---- what has changed ---- */

const shown = (id) => document.querySelector(`input[name=ids][value="${CSS.escape(id)}"], #listing [data-id="${CSS.escape(id)}"]`)

function news(told) {
  const isList = document.getElementById("listing")
  const here = new Set(told.here ?? told.ids)
  for (const id of told.ids) if (!isList || here.has(id) || shown(id)) changed.add(id)
  draw()
}

function draw() {
  const n = changed.size
  bar.hidden = n === 0
  if (!n) return
  const isList = document.getElementById("listing")
  const text = !isList ? words.record : filled(n === 1 ? words.one : words.many, { n })
  bar.querySelector("span").textContent = text
}

const busy = (part) => part.matches(":focus-within:not(:has(a:focus, button:focus))") || part.querySelector("form.cell-edit")
const typed = (part) => [...part.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue)

/* A list is put in place of itself as by its own links. On a record, what somebody is writing in stays as it is. */
async function show() {
  asked = performance.now()
  changed.clear()
  draw()
  if (document.getElementById("listing")) return htmx.ajax("GET", location.href, { target: "#listing", select: "#listing", swap: "outerMorph" })
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html")
  for (const name of [".head > .name", ".stack.start > .card", ".stack.end", "#past"]) {
    const [old, fresh] = [document.querySelector(name), page.querySelector(name)]
    if (!old || !fresh || busy(old) || typed(old)) continue
    old.replaceWith(fresh)
    htmx.process(fresh)
  }
}

/* ---- who else is here ---- */

function here(people) {
  const acts = document.querySelector(".head > .acts")
  acts?.querySelector("[data-here]")?.remove()
  if (!acts || !people.length) return
  const says = (one) => filled(one.editing ? words.editing : words.here, { name: one.name })
  const told = people.map(says).join(", ")
  const faces = Object.assign(document.createElement("span"), { className: "faces here", role: "img", ariaLabel: told, title: told })
  faces.dataset.here = ""
  for (const one of people.slice(0, 4)) faces.append(Object.assign(document.createElement("span"), { className: `face ${one.tone}${one.editing ? " editing" : ""}`, textContent: one.sign, ariaHidden: "true" }))
  const busy = people.filter((one) => one.editing)
  if (busy.length) faces.append(Object.assign(document.createElement("span"), { className: "quiet", textContent: busy.map(says).join(", ") }))
  acts.prepend(faces)
}

/* Others are told that somebody edits here, by a stream that says so. */
function edits() {
  const now = Boolean(document.querySelector("form.cell-edit, dialog[open] form.sheet"))
  if (now === editing || !/\/\d+\/$/.test(location.pathname)) return
  editing = now
  if (source) open()
}
new MutationObserver(edits).observe(document.getElementById("main"), { childList: true, subtree: true })

bar.querySelector("button").addEventListener("click", show)
document.addEventListener("htmx:before:request", (event) => { if (event.detail.ctx.target?.id === "listing") asked = performance.now() })
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.target?.id !== "listing") return
  changed.clear()
  draw()
  open()
})
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()))
window.addEventListener("pagehide", close)
window.addEventListener("pageshow", (event) => { if (event.persisted) open() })
if (!document.hidden) open()
