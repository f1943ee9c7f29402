// <b-palette>: Ctrl K finds any record, page or action. The box in the side bar opens it; without scripts that is a form.

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
    box.addEventListener("submit", (event) => { event.preventDefault(); this.links.find((link) => link.ariaSelected === "true")?.click() })
  }

  open() {
    if (!this.dialog) this.build()
    if (this.dialog.open) return
    this.dialog.showModal()
    this.input.select()
    this.ask()
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
    this.point(0)
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
