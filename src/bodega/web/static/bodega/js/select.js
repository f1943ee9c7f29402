// <b-select>: a reference is chosen by typing. Inside are a text field, which the server reads when there are no
// scripts, and a hidden field with the id. data-url answers ?q= with options.

class Select extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("input:not([type=hidden])")
    this.id_ = this.querySelector("input[type=hidden]")
    this.list = Object.assign(document.createElement("ul"), { id: `${this.text.id}-list`, popover: "manual", role: "listbox" })
    this.append(this.list)
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id], ["autocomplete", "off"]]) this.text.setAttribute(name, value)
    this.text.addEventListener("input", () => { this.id_.value = ""; clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), 120) })
    this.text.addEventListener("keydown", (event) => this.key(event))
    this.text.addEventListener("focus", () => {
      if (!this.text.value || this.closest(".cell-edit")) this.ask("")
      this.text.select()
    })
    this.text.addEventListener("click", () => { if (!this.shown) this.ask("") })
    this.text.addEventListener("blur", () => setTimeout(() => this.close(), 120))
    document.addEventListener("scroll", (event) => { if (event.target !== this.list) this.close() }, { capture: true, passive: true })
    this.list.addEventListener("pointerdown", (event) => { event.preventDefault(); this.choose(event.target.closest("[data-value]")) })
  }

  get options() { return [...this.list.querySelectorAll("[data-value]")] }

  // What is chosen already is no question: then all are offered, and not only those that begin with it.
  async ask(text = this.text.value) {
    const asked = this.text.value
    const url = new URL(this.dataset.url, location.href)
    url.searchParams.set("q", text)
    url.searchParams.set("prefix", this.list.id)
    const response = await fetch(url, { headers: { "HX-Request": "true" } })
    if (!response.ok || asked !== this.text.value) return
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    this.list.replaceChildren(...page.body.children)
    this.open()
    this.text.setAttribute("aria-expanded", "true")
    this.point(text ? 0 : -1)
  }

  // Above everything, so that no table or dialog cuts it off.
  open() {
    const box = this.text.getBoundingClientRect()
    Object.assign(this.list.style, { left: `${box.left}px`, top: `${box.bottom + 4}px`, width: `${Math.max(box.width, 220)}px` })
    if (!this.shown) this.list.showPopover()
    const below = innerHeight - box.bottom
    if (this.list.offsetHeight > below && box.top > below) this.list.style.top = `${box.top - this.list.offsetHeight - 4}px`
  }

  get shown() { return this.list.matches(":popover-open") }

  point(n) {
    this.options.forEach((option, index) => option.setAttribute("aria-selected", String(index === n)))
    const option = this.options[n]
    if (option) { this.text.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }) }
    else this.text.removeAttribute("aria-activedescendant")
  }

  key(event) {
    const now = this.options.findIndex((option) => option.ariaSelected === "true")
    if (event.key === "ArrowDown" && !this.shown) { event.preventDefault(); return this.ask(this.id_.value ? "" : this.text.value) }
    if (!this.shown) return
    if (event.key === "ArrowDown") { event.preventDefault(); this.point(Math.min(now + 1, this.options.length - 1)) }
    if (event.key === "ArrowUp") { event.preventDefault(); this.point(Math.max(now - 1, 0)) }
    if (event.key === "Enter" && now >= 0) { event.preventDefault(); this.choose(this.options[now]) }
    if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); this.close() }
  }

  choose(option) {
    if (!option) return
    const label = option.querySelector("span:not(.face)").textContent
    if ("several" in this.dataset) this.add(option.dataset.value, label)
    else { this.id_.value = option.dataset.value; this.text.value = label }
    this.close()
    this.id_.dispatchEvent(new Event("change", { bubbles: true }))
  }

  add(value, text) {
    const label = document.createElement("label")
    label.append(Object.assign(document.createElement("input"), { type: "checkbox", name: this.id_.name, value, checked: true }), ` ${text}`)
    this.parentElement.querySelector(".chosen").append(label)
    this.text.value = ""
  }

  close() { if (this.shown) this.list.hidePopover(); this.text.setAttribute("aria-expanded", "false"); this.text.removeAttribute("aria-activedescendant") }
}
customElements.define("b-select", Select)
