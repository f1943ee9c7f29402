// <b-pins>: the pinned views; moved by mouse, by touch and by Alt with an arrow, their counts brought after the page.

const HOLD = 280 // ms a finger rests on a view before it is lifted, so that a swipe still scrolls
const SLACK = 6 // px a mouse travels before a press becomes a drag

class Pins extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.press(event))
    this.addEventListener("dragstart", (event) => event.preventDefault())
    this.addEventListener("keydown", (event) => this.key(event))
    this.addEventListener("click", (event) => { if (this.dropped) event.preventDefault() }, true)
    this.count()
  }

  get views() { return [...this.querySelectorAll("li")] }

  async count() {
    const ids = this.views.map((view) => view.dataset.id).join(",")
    const response = await fetch(`${this.dataset.counts}?ids=${ids}`, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (!response?.ok || response.status !== 200) return
    const found = await response.json()
    for (const view of this.views) view.querySelector(".n").textContent = found[view.dataset.id] ?? ""
  }

  press(event) {
    const view = event.target.closest("li")
    if (!view || event.button !== 0) return
    const before = this.views
    let lifted = false
    const lift = () => { lifted = true; view.classList.add("lifted") }
    const timer = event.pointerType === "touch" ? setTimeout(lift, HOLD) : 0
    const move = (e) => {
      if (!lifted && Math.abs(e.clientY - event.clientY) > SLACK) { if (timer) return stop(); lift() }
      if (lifted) this.bring(view, e.clientY)
    }
    const still = (e) => { if (lifted) e.preventDefault() }
    const up = () => {
      stop()
      if (!lifted) return
      this.dropped = true
      setTimeout(() => { this.dropped = false })
      if (this.views.some((one, at) => one !== before[at])) this.keep(view)
    }
    const stop = () => {
      clearTimeout(timer)
      view.classList.remove("lifted")
      for (const [name, heard] of [["pointermove", move], ["pointerup", up], ["pointercancel", up], ["touchmove", still]]) document.removeEventListener(name, heard)
    }
    for (const [name, heard] of [["pointermove", move], ["pointerup", up], ["pointercancel", up]]) document.addEventListener(name, heard)
    document.addEventListener("touchmove", still, { passive: false })
  }

  bring(view, y) {
    const next = this.views.find((one) => { const { top, height } = one.getBoundingClientRect(); return one !== view && y < top + height / 2 })
    if (next !== view.nextElementSibling) view.parentElement.insertBefore(view, next ?? null)
  }

  key(event) {
    const view = event.target.closest("li")
    if (!view || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return
    event.preventDefault()
    if (event.key === "ArrowUp") view.previousElementSibling?.before(view)
    else view.nextElementSibling?.after(view)
    view.querySelector("a").focus()
    this.keep(view)
  }

  async keep(view) {
    const all = this.views
    const said = { title: view.querySelector("a > span").textContent, n: all.indexOf(view) + 1, of: all.length }
    document.dispatchEvent(new CustomEvent("bodega:say", { detail: this.dataset.moved.replace(/\{(\w+)\}/g, (_, name) => said[name]) }))
    const form = this.querySelector("form")
    const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } }).catch(() => null)
    if (!response?.ok) document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text: document.querySelector("b-toast").dataset.offline, tone: "bad" } }))
  }
}
customElements.define("b-pins", Pins)

