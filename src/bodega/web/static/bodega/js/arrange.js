// <b-arrange>: pieces of a page are dragged to another place, or moved by keys. Without scripts the selects and numbers do it.

const REST = 280 // ms a finger rests on a piece before it is lifted, so that a swipe still scrolls

class Arrange extends HTMLElement {
  connectedCallback() {
    this.classList.add("alive")
    this.addEventListener("dragstart", (event) => { this.held = event.target.closest(".piece"); this.held?.classList.add("lifted"); event.dataTransfer.effectAllowed = "move" })
    this.addEventListener("dragover", (event) => this.over(event))
    this.addEventListener("drop", (event) => { event.preventDefault(); this.settle(this.held) })
    this.addEventListener("dragend", () => { this.held?.classList.remove("lifted"); this.held = null })
    this.addEventListener("touchstart", (event) => this.touch(event), { passive: true })
    this.addEventListener("keydown", (event) => this.key(event))
    this.addEventListener("change", (event) => {
      const piece = event.target.matches("select") && event.target.closest(".piece")
      if (piece) { this.area(piece, event.target.value).append(piece); this.settle(piece); event.target.focus() }
    })
  }

  /* A finger that rests on a piece lifts it; one that moves at once scrolls the page. */
  touch(event) {
    const piece = event.target.closest(".piece")
    if (!piece || event.touches.length > 1 || event.target.closest("select, input, button")) return
    const lift = setTimeout(() => { this.held = piece; piece.classList.add("lifted"); piece.draggable = false }, REST)
    const move = (e) => {
      if (!this.held) return clearTimeout(lift)
      e.preventDefault()
      const [{ clientX, clientY }] = e.touches
      this.over({ target: document.elementFromPoint(clientX, clientY) ?? this, clientY, preventDefault() {} })
    }
    const end = () => {
      clearTimeout(lift)
      for (const [name, heard] of [["touchmove", move], ["touchend", end], ["touchcancel", end]]) piece.removeEventListener(name, heard)
      if (this.held) this.settle(piece)
      piece.classList.remove("lifted")
      piece.draggable = true
      this.held = null
    }
    piece.addEventListener("touchmove", move, { passive: false })
    piece.addEventListener("touchend", end)
    piece.addEventListener("touchcancel", end)
  }

  area(piece, key) { return piece.closest(".card").querySelector(`[data-area="${key}"] > ul`) }

  // Facts stay facts, and panels stay panels.
  over(event) {
    const area = event.target.closest(".area")
    if (!this.held || !area || area.closest(".card") !== this.held.closest(".card")) return
    event.preventDefault()
    const list = area.querySelector("ul")
    const next = [...list.children].find((piece) => piece !== this.held && event.clientY < piece.getBoundingClientRect().top + piece.offsetHeight / 2)
    if (next) next.before(this.held)
    else list.append(this.held)
  }

  settle(piece) {
    if (!piece) return
    for (const list of piece.closest(".card").querySelectorAll(".area > ul")) {
      [...list.children].forEach((one, at) => {
        one.querySelector("input").value = at + 1
        one.querySelector("select").value = list.parentElement.dataset.area
      })
    }
    const area = piece.closest(".area")
    const said = this.dataset.moved.replace("{piece}", piece.querySelector("span").textContent).replace("{area}", area.dataset.title).replace("{n}", piece.querySelector("input").value)
    document.dispatchEvent(new CustomEvent("bodega:say", { detail: said }))
  }

  key(event) {
    const piece = event.target.closest(".piece")
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (!piece || !event.altKey || !step) return
    event.preventDefault()
    const other = step < 0 ? piece.previousElementSibling : piece.nextElementSibling
    const areas = [...piece.closest(".card").querySelectorAll(".area > ul")]
    const beyond = areas[areas.indexOf(piece.parentElement) + step]
    if (other) step < 0 ? other.before(piece) : other.after(piece)
    else if (beyond) step < 0 ? beyond.append(piece) : beyond.prepend(piece)
    else return
    this.settle(piece)
    event.target.focus()
  }
}
customElements.define("b-arrange", Arrange)
