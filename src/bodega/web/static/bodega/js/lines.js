// <b-lines>: rows of a form are added, removed and put in order. Without scripts the numbers and tick boxes do it.

class Lines extends HTMLElement {
  connectedCallback() {
    this.table = this.querySelector("table")
    this.table.classList.add("alive")
    this.body = this.table.tBodies[0]
    this.addEventListener("click", (event) => this.click(event))
    this.addEventListener("keydown", (event) => {
      const row = event.target.closest("tr")
      if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return
      event.preventDefault()
      this.shift(row, event.key === "ArrowUp" ? -1 : 1, event.target)
    })
  }

  click(event) {
    const button = event.target.closest("button")
    if (button?.name === "add") { event.preventDefault(); this.add() }
    else if (button?.matches("[data-up], [data-down]")) this.shift(button.closest("tr"), button.matches("[data-up]") ? -1 : 1, button)
  }

  get total() { return this.closest("form").elements[`${this.dataset.name}-TOTAL_FORMS`] }

  add() {
    const n = Number(this.total.value)
    const blank = this.querySelector("template").content.cloneNode(true)
    for (const element of blank.querySelectorAll("*")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name)
        if (value) element.setAttribute(name, value.replaceAll("__n__", n))
      }
    }
    this.body.append(blank)
    this.total.value = n + 1
    this.number()
    this.body.lastElementChild.querySelector("td:nth-child(2) :is(input:not([type=hidden]), select, textarea)")?.focus()
  }

  shift(row, step, focused) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling
    if (!other) return
    if (step < 0) other.before(row)
    else other.after(row)
    this.number()
    focused.focus()
  }

  number() { [...this.body.rows].forEach((row, n) => { const order = row.querySelector("[name$=order]"); if (order) order.value = n + 1 }) }
}
customElements.define("b-lines", Lines)
