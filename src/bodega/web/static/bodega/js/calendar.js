// <b-calendar>: records are moved between days as cards are between lanes.

import { Board } from "./board.js"

class Calendar extends Board {
  connectedCallback() {
    super.connectedCallback()
    // Where one day stands below the other, what is over is left above.
    if (this.across === 1) this.querySelector(".today")?.scrollIntoView({ block: "center" })
  }

  press(event) { if (!this.still) super.press(event) }
  key(event) { if (!this.still) super.key(event) }

  get still() { return this.querySelector(".days[data-still]") }

  get scroller() { return this.querySelector(".scroll") }

  /* How many days lie side by side; on a phone one stands below the other. */
  get across() {
    const [first, ...others] = this.lanes.filter((lane) => lane.offsetParent).map((lane) => lane.offsetTop)
    return 1 + others.filter((top) => top === first).length
  }

  laneAt(x, y) { return document.elementsFromPoint(x, y).filter((one) => !one.closest(".dragged")).map((one) => one.closest(".days > li")).find(Boolean) }

  stepOf(event) {
    const across = this.across
    const rows = { ArrowDown: across, ArrowUp: -across }[event.key]
    return super.stepOf(event) ?? (event.altKey || this.carried ? rows : undefined)
  }

  scrollNear(x, y) {
    const scroller = this.scroller
    const box = scroller.getBoundingClientRect()
    const step = y > Math.min(box.bottom, innerHeight) - 40 ? 12 : y < Math.max(box.top, 0) + 40 ? -12 : 0
    if (step) { scroller.scrollTop += step; if (scroller.scrollHeight <= scroller.clientHeight) scrollBy(0, step) }
  }

  refresh(page, card) {
    const { id } = card.dataset
    const held = card.contains(document.activeElement)
    for (const lane of this.lanes) {
      const fresh = page.querySelector(`[data-lane="${CSS.escape(lane.dataset.lane)}"]`)
      if (fresh) lane.replaceChildren(...fresh.childNodes)
    }
    if (held) this.querySelector(`[data-id="${CSS.escape(id)}"] .title`)?.focus()
    this.hear(page)
  }
}
customElements.define("b-calendar", Calendar)
