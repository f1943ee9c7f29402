// <b-board>: cards are moved between lanes by mouse, by touch and by keys; the form inside does the same without scripts.
// A card has data-id, a lane data-lane; <b-calendar> has days for lanes.

const HOLD = 280 // ms a finger rests on a card before it is lifted, so that a swipe still scrolls
const SLACK = 6 // px a mouse travels before a press becomes a drag

export class Board extends HTMLElement {
  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.press(event))
    this.addEventListener("keydown", (event) => this.key(event))
    this.addEventListener("dragstart", (event) => event.preventDefault())
    this.addEventListener("click", (event) => { if (this.dropped) { event.preventDefault(); this.dropped = false } }, true)
  }

  get lanes() { return [...this.querySelectorAll("[data-lane]")] }

  tell(what, card, lane) {
    const text = this.dataset[what].replace("{title}", card.dataset.title).replace("{lane}", lane?.dataset.label ?? "")
    document.dispatchEvent(new CustomEvent("bodega:say", { detail: text }))
  }

  // by pointer

  press(event) {
    const card = event.target.closest("[data-id]")
    if (!card || event.button !== 0 || event.target.closest("input, label, button")) return
    this.dropped = false
    const start = { card, x: event.clientX, y: event.clientY, id: event.pointerId, lifted: false }
    const lift = () => { start.lifted = true; this.lift(start) }
    const timer = event.pointerType === "touch" ? setTimeout(lift, HOLD) : 0
    const far = (e) => Math.hypot(e.clientX - start.x, e.clientY - start.y) > SLACK
    const move = (e) => {
      if (e.pointerId !== start.id) return
      if (!start.lifted && far(e)) { if (timer) return stop(); lift() }
      if (start.lifted) this.drag(start, e)
    }
    const up = (e) => { stop(); if (start.lifted) { this.dropped = true; setTimeout(() => { this.dropped = false }); this.drop(start, e.type === "pointerup") } }
    const escape = (e) => { if (e.key === "Escape" && start.lifted) { stop(); this.drop(start, false) } }
    const still = (e) => { if (start.lifted) e.preventDefault() }
    const stop = () => {
      clearTimeout(timer)
      document.removeEventListener("pointermove", move)
      document.removeEventListener("pointerup", up)
      document.removeEventListener("pointercancel", up)
      document.removeEventListener("keydown", escape)
      document.removeEventListener("touchmove", still)
    }
    document.addEventListener("pointermove", move)
    document.addEventListener("pointerup", up)
    document.addEventListener("pointercancel", up)
    document.addEventListener("keydown", escape)
    document.addEventListener("touchmove", still, { passive: false })
  }

  lift(start) {
    const { card } = start
    const box = card.getBoundingClientRect()
    start.dx = start.x - box.left
    start.dy = start.y - box.top
    start.slot = document.createElement("li")
    start.slot.className = "slot"
    start.slot.style.blockSize = `${box.height}px`
    card.before(start.slot)
    card.style.inlineSize = `${box.width}px`
    card.classList.add("lifted", "dragged")
    document.body.classList.add("dragging")
    this.place(start, start.x, start.y)
  }

  place(start, x, y) { start.card.style.transform = `translate(${x - start.dx}px, ${y - start.dy}px)` }

  drag(start, event) {
    this.place(start, event.clientX, event.clientY)
    this.scrollNear(event.clientX, event.clientY)
    const lane = this.laneAt(event.clientX, event.clientY)
    if (lane === start.over || !lane) return
    start.over = lane
    this.mark(lane)
    if (!lane.dataset.why) lane.querySelector(".cards").prepend(start.slot)
  }

  /* Below a short lane is that lane too. */
  laneAt(x) { return this.lanes.find((one) => { const { left, right } = one.getBoundingClientRect(); return left <= x && x <= right }) }

  mark(over) { for (const lane of this.lanes) { lane.classList.toggle("over", lane === over && !lane.dataset.why); lane.classList.toggle("refused", lane === over && !!lane.dataset.why) } }

  scrollNear(x) {
    const board = this.querySelector(".board")
    const box = board.getBoundingClientRect()
    if (x > box.right - 40) board.scrollLeft += 16
    else if (x < box.left + 40) board.scrollLeft -= 16
  }

  drop(start, kept) {
    const { card, slot, over } = start
    const origin = this.spot(card)
    card.classList.remove("lifted", "dragged")
    card.style.transform = card.style.inlineSize = ""
    document.body.classList.remove("dragging")
    this.mark(null)
    slot.remove()
    const refused = over?.dataset.why
    if (kept && refused) document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text: refused, tone: "warn" } }))
    if (kept && over && over !== origin.lane && !refused) this.move(card, origin, over)
  }

  // by keys: Space lifts and puts down, the arrows choose a lane, Alt with an arrow moves at once

  key(event) {
    const card = event.target.closest("[data-id]")
    if (!card || event.target.matches("input")) return
    const step = this.stepOf(event)
    if (event.altKey && step) this.stepTo(event, card, step, true)
    else if (event.key === " ") { event.preventDefault(); this.carried === card ? this.put(card) : this.carry(card) }
    else if (this.carried === card && step) this.stepTo(event, card, step, false)
    else if (this.carried === card && event.key === "Escape") { event.preventDefault(); this.putBack(card, this.origin); this.letGo(card) }
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && !this.carried) this.walk(event, card)
  }

  /* How many lanes on an arrow leads. */
  stepOf(event) {
    const onward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") return event.key === onward ? 1 : -1
  }

  walk(event, card) {
    const next = event.key === "ArrowDown" ? card.nextElementSibling : card.previousElementSibling
    const link = next?.querySelector(".title")
    if (link) { event.preventDefault(); link.focus() }
  }

  carry(card) { this.carried = card; this.origin = this.spot(card); card.classList.add("lifted"); this.tell("lifted", card) }

  letGo(card) { this.carried = null; card.classList.remove("lifted") }

  put(card) {
    const lane = card.closest("[data-lane]")
    this.letGo(card)
    if (lane !== this.origin.lane) this.move(card, this.origin, lane)
    else this.tell("back", card, lane)
  }

  stepTo(event, card, step, now) {
    event.preventDefault()
    const open = this.lanes.filter((lane) => !lane.dataset.why || lane === card.closest("[data-lane]"))
    const origin = this.spot(card)
    const lane = open[open.indexOf(origin.lane) + step]
    if (!lane) return
    this.bring(card, lane)
    if (now) this.move(card, origin, lane)
    else this.tell("over", card, lane)
  }

  spot(card) { return { lane: card.closest("[data-lane]"), next: card.nextElementSibling } }

  bring(card, lane) {
    lane.querySelector(".cards").prepend(card)
    card.querySelector(".title").focus()
    card.scrollIntoView({ block: "nearest", inline: "nearest" })
  }

  // What the person sees is moved at once; the server's answer brings the counts, or puts the card back.

  putBack(card, origin) {
    const held = card.contains(document.activeElement)
    origin.lane.querySelector(".cards").insertBefore(card, origin.next?.isConnected ? origin.next : null)
    if (held) card.querySelector(".title").focus()
    this.tell("back", card, origin.lane)
  }

  async move(card, origin, to) {
    if (card.closest("[data-lane]") !== to) to.querySelector(".cards").prepend(card)
    card.classList.add("sending")
    const form = this.querySelector("form")
    const body = new FormData()
    for (const name of ["csrfmiddlewaretoken", "q", "next"]) body.set(name, form.elements[name]?.value ?? "")
    body.set("ids", card.dataset.id)
    body.set("to", to.dataset.lane)
    body.set(`version.${card.dataset.id}`, card.querySelector("[name^=version]").value)
    try {
      const response = await fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true" } })
      const page = new DOMParser().parseFromString(await response.text(), "text/html")
      if (!response.ok) throw new Error(page.querySelector("[data-problem] p")?.textContent ?? page.title)
      this.refresh(page, card)
      this.tell("put", card, to)
    } catch (error) {
      this.putBack(card, origin)
      document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text: error instanceof TypeError ? document.querySelector("b-toast").dataset.offline : error.message, tone: "bad" } }))
    } finally {
      card.classList.remove("sending")
    }
  }

  refresh(page, card) {
    for (const lane of this.lanes) {
      const fresh = page.querySelector(`[data-lane="${CSS.escape(lane.dataset.lane)}"]`)
      if (fresh) lane.querySelector("header").replaceWith(fresh.querySelector("header"))
    }
    const same = page.querySelector(`[data-id="${CSS.escape(card.dataset.id)}"]`)
    const held = card.contains(document.activeElement)
    if (same) card.replaceChildren(...same.childNodes, ...card.querySelectorAll(":scope > .peeker"))
    if (held) card.querySelector(".title").focus()
    this.hear(page)
  }

  /* The messages that came with an answer. */
  hear(page) {
    for (const message of page.querySelectorAll("b-toast > .toast")) { const toasts = document.querySelector("b-toast"); toasts.append(message); toasts.settle(message) }
  }
}
customElements.define("b-board", Board)
