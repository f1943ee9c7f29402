// <b-palette>: Ctrl K finds any record, page or action. The box in the side bar opens it; without scripts that is a form.

const PLACES = ["main .bulk .btn", "main .head .acts .btn", "main .top .btn", "#me .item"]
const named = (button) => (button.querySelector("span")?.textContent ?? button.ariaLabel ?? [...button.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("")).trim()
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")

class Palette extends HTMLElement {
  connectedCallback() {
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); this.open() }
    })
    document.querySelector("[data-find]")?.addEventListener("pointerdown", (event) => { event.preventDefault(); document.getElementById("side").matches(":popover-open") && document.getElementById("side").hidePopover(); this.open() })
  }

  build() {
    const box = document.querySelector("[data-find]").cloneNode(true)
    box.removeAttribute("data-find")
    box.querySelector("kbd").textContent = "Esc"
    this.dialog = document.createElement("dialog")
    this.dialog.ariaLabel = this.dataset.label
    this.hits = Object.assign(document.createElement("div"), { className: "hits" })
    this.dialog.append(box, this.hits)
    this.append(this.dialog)
    this.input = box.querySelector("input")
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", "hits"], ["aria-autocomplete", "list"]]) this.input.setAttribute(name, value)
    this.input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), 100) })
    this.input.addEventListener("keydown", (event) => this.key(event))
    box.addEventListener("submit", (event) => { event.preventDefault(); this.choose() })
  }

  open() {
    if (!this.dialog) this.build()
    if (this.dialog.open) return
    this.dialog.showModal()
    this.input.select()
    this.ask()
  }

  // Enter means what has been typed: where that has not been answered yet, it waits for the answer.
  choose() {
    if (this.answered === this.input.value) return this.links.find((link) => link.ariaSelected === "true")?.click()
    clearTimeout(this.timer)
    this.ask().then(() => { if (this.answered === this.input.value) this.choose() })
  }

  get links() { return [...this.hits.querySelectorAll("[role=option]")] }

  async ask() {
    const asked = this.input.value
    const url = new URL(this.dataset.url, location.href)
    url.searchParams.set("q", asked)
    const response = await fetch(url, { headers: { "HX-Request": "true" } })
    if (!response.ok || asked !== this.input.value) return
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    const fresh = page.getElementById("hits")
    if (fresh) { this.hits.replaceWith(fresh); this.hits = fresh }
    this.offer(asked)
    this.answered = asked
    this.point(0)
  }

  /* What can be done on the page behind, first of all with what is selected there: its own buttons, once more. */
  offer(asked) {
    const words = plain(asked).split(/\s+/).filter(Boolean)
    const fits = (button) => words.every((word) => plain(named(button)).split(/\s+/).some((part) => part.startsWith(word)))
    const shown = (words.length ? PLACES : PLACES.slice(0, -1)).flatMap((place) => [...document.querySelectorAll(place)]).filter((button) => (button.checkVisibility() || button.closest("[popover]")) && !button.closest("dialog"))
    const found = shown.filter((button) => named(button) && !button.matches("[popovertarget], [disabled], [aria-disabled=true]") && fits(button))
    if (!found.length) return
    this.hits.querySelector(".empty")?.remove()
    this.hits.role = "listbox"
    this.hits.ariaLabel ||= this.dataset.label
    const group = document.createElement("div")
    group.role = "group"
    group.ariaLabel = this.dataset.here
    group.append(Object.assign(document.createElement("h2"), { textContent: this.dataset.here, ariaHidden: "true" }))
    for (const button of found.slice(0, words.length ? 8 : 4)) group.append(this.again(button, group.childElementCount))
    this.hits.prepend(group)
  }

  again(button, n) {
    const option = Object.assign(document.createElement("a"), { id: `here-${n}`, role: "option", ariaSelected: "false" })
    const icon = button.querySelector("svg")
    option.append(...(icon ? [icon.cloneNode(true)] : []), Object.assign(document.createElement("span"), { textContent: named(button) }))
    if (button.dataset.key) option.append(Object.assign(document.createElement("kbd"), { className: "far", textContent: button.dataset.key }))
    option.addEventListener("click", () => { this.dialog.close(); button.matches("input") ? button.focus() : button.click() })
    return option
  }

  point(n) {
    this.links.forEach((link, index) => link.setAttribute("aria-selected", String(index === n)))
    const link = this.links[n]
    if (!link) return this.input.removeAttribute("aria-activedescendant")
    this.input.setAttribute("aria-activedescendant", link.id)
    link.scrollIntoView({ block: "nearest" })
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const now = this.links.findIndex((link) => link.ariaSelected === "true")
    this.point((now + step + this.links.length) % this.links.length)
  }
}
customElements.define("b-palette", Palette)
