// What a line in the box is taken for, asked of the server while it is written: marks that are sent with it as long as
// they are ticked. What is chosen in the list by hand stays chosen.

let timer = 0
const key = (box) => `${box.name}=${box.value}`

async function marks(form, text) {
  const url = new URL(form.getAttribute("action").replace("/new/", "/understood/"), location.href)
  url.searchParams.set("text", text)
  const response = await fetch(url)
  return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".understood") : null
}

async function ask(form) {
  const text = form.elements.text.value
  const fresh = text.trim() ? await marks(form, text) : null
  if (form.elements.text.value !== text) return
  const place = form.querySelector(".marks")
  const decided = new Map([...place.querySelectorAll("[data-decided]")].map((box) => [key(box), box.checked]))
  for (const box of fresh?.querySelectorAll("input") ?? []) {
    if (!decided.has(key(box))) continue
    box.checked = decided.get(key(box))
    box.dataset.decided = ""
  }
  const held = place.contains(document.activeElement) ? key(document.activeElement) : ""
  place.replaceChildren(...(fresh?.children.length ? [fresh] : []))
  for (const box of place.querySelectorAll("input")) if (key(box) === held) box.focus()
  choose(form.elements.channel, fresh?.dataset.channel)
}

function choose(list, channel) {
  if ("chosen" in list.dataset) return
  if (channel) list.value = list.dataset.heard = channel
  else if (list.value === list.dataset.heard) list.value = list.options[0].value
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-compose]")
  if (!event.target.matches("[data-understood]")) return
  clearTimeout(timer)
  timer = setTimeout(() => ask(form), 200)
})
// Who takes a mark away by mouse goes on writing.
document.addEventListener("click", (event) => {
  if (event.detail && event.target.closest(".marks label")) event.target.closest("form").elements.text.focus()
})
document.addEventListener("change", (event) => {
  if (event.target.matches(".marks input")) event.target.dataset.decided = ""
  else if (event.target.matches("[data-compose] select[name=channel]")) event.target.dataset.chosen = ""
})
const now = document.activeElement
if (now?.matches("[data-understood]") && now.value) ask(now.form)
