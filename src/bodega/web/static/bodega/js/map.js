// <b-map>: what the list beside it tells, as marks on a map of the world; moved or brought nearer, it asks for what is there.

const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches
const WAIT = 150 // ms after the last move before it is asked what is there

/* The world as it is stored: lines of whole numbers, each from the one before it, and which of them go around the land. */
function drawn(world) {
  const [[byX, byY], [left, low]] = [world.scale, world.translate]
  const lines = world.arcs.map((steps) => {
    const line = []
    for (let at = 0, x = 0, y = 0; at < steps.length; at += 2) {
      x += steps[at]; y += steps[at + 1]
      line.push([Math.max(y * byY + low, -85.05), x * byX + left])
    }
    return line
  })
  const line = (number) => (number < 0 ? lines[~number].toReversed() : lines[number])
  const around = (numbers) => whole(numbers.flatMap((number, at) => (at ? line(number).slice(1) : line(number))))
  return { land: world.land.map((rings) => rings.map(around)), borders: world.borders.map(line) }
}

/* A line around land that goes over the edge of the map goes on beyond it; the one around the pole, along the edge. */
function whole(ring) {
  let beyond = 0
  const found = ring.map(([lat, lon], at) => {
    const step = at ? lon - ring[at - 1][1] : 0
    if (Math.abs(step) > 180) beyond -= Math.sign(step) * 360
    return [lat, lon + beyond]
  })
  const [first, last] = [found[0][1], found.at(-1)[1]]
  if (Math.abs(last - first) > 359) found.push([-85.05, last], [-85.05, first])
  const sides = found.map(([, lon]) => lon)
  const away = 360 * Math.round((Math.min(...sides) + Math.max(...sides)) / 720)
  return found.map(([lat, lon]) => [lat, lon - away])
}

/* How wide a mark is, in pixels, that stands for so many. */
const size = (count) => (count === 1 ? 18 : 26 + Math.min(18, Math.round(4 * Math.log10(count) ** 1.4)))

class Mapped extends HTMLElement {
  connectedCallback() {
    const animate = !still()
    this.map = L.map(this.querySelector(".map"), {
      attributionControl: false, zoomControl: false, minZoom: 1, maxZoom: 18, maxBounds: [[-85, -200], [85, 200]],
      zoomAnimation: animate, fadeAnimation: animate, markerZoomAnimation: animate, inertia: animate,
    })
    L.control.zoom({ zoomInTitle: this.dataset.in, zoomOutTitle: this.dataset.out }).addTo(this.map)
    this.number = new Intl.NumberFormat(document.documentElement.lang)
    this.marks = L.layerGroup().addTo(this.map)
    const [west, south, east, north] = this.querySelector(".spots").dataset.box.split(",").map(Number)
    const box = L.latLngBounds([south, west], [north, east])
    // What the whole window showed before is shown in it again; what the records reach to stands a little within it.
    this.map.fitBounds("fitted" in this.dataset ? box : box.pad(-0.02), { maxZoom: 12, animate: false, padding: "fitted" in this.dataset ? [24, 24] : [0, 0] })
    this.ground()
    this.draw()
    this.map.on("moveend", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.look(), WAIT) })
    for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) this.addEventListener(name, (event) => this.point(event, on))
  }

  disconnectedCallback() { this.map.remove() }

  async ground() {
    const { tiles, tilesBy } = this.dataset
    if (tiles) {
      L.control.attribution({ prefix: false }).addAttribution(tilesBy ?? "").addTo(this.map)
      return L.tileLayer(tiles, { maxZoom: 19 }).addTo(this.map)
    }
    const { land, borders } = drawn(await (await fetch(this.dataset.world)).json())
    L.polygon(land, { className: "land", interactive: false, smoothFactor: 1.5 }).addTo(this.map).bringToBack()
    L.polyline(borders, { className: "border", interactive: false, smoothFactor: 1.5 }).addTo(this.map)
  }

  draw() {
    const ground = this.querySelector(".map")
    const held = ground.contains(document.activeElement)
    this.marks.clearLayers()
    for (const one of this.apart()) {
      const alone = one.count === 1
      const title = alone ? one.link.textContent : this.dataset.near.replace("{n}", this.number.format(one.count))
      const face = Object.assign(document.createElement("span"), { textContent: alone ? "" : this.number.format(one.count) })
      const icon = L.divIcon({ className: alone ? "mark one" : "mark", html: face, iconSize: [size(one.count), size(one.count)] })
      const mark = L.marker(one.at, { icon, title, riseOnHover: true }).on("click", () => this.open(one))
      this.marks.addLayer(mark)
      const element = mark.getElement()
      element.ariaLabel = title
      element.addEventListener("keydown", (event) => { if (["Enter", " "].includes(event.key)) { event.preventDefault(); this.open(one) } })
      if (alone) element.dataset.id = one.id
    }
    if (held) ground.focus({ preventScroll: true })
  }

  /* What the server tells cell by cell, the many first; two that would lie upon each other here are one. */
  apart() {
    const kept = []
    for (const told of this.querySelectorAll(".marks > li")) {
      const { lat, lon, count, id, box } = told.dataset
      const [west, south, east, north] = box.split(",").map(Number)
      const one = { at: [lat, lon], count: Number(count), id, link: told.firstElementChild, box: L.latLngBounds([south, west], [north, east]) }
      one.point = this.map.latLngToContainerPoint(one.at)
      const under = kept.find((other) => other.point.distanceTo(one.point) < (size(other.count) + size(one.count)) / 2)
      if (under) { under.count += one.count; under.box.extend(one.box) } else kept.push(one)
    }
    return kept
  }

  /* A record is opened; many are looked at from nearer, as far as that tells them apart. */
  open({ count, link, box }) {
    if (count === 1) location.href = link.href
    else if (this.map.getZoom() < this.map.getMaxZoom()) this.map.flyToBounds(box, { maxZoom: Math.max(this.map.getZoom() + 2, 14), animate: !still(), duration: 0.4, padding: [40, 40] })
    else this.querySelector(".rows a")?.focus()
  }

  /* A line of the list and its mark are shown as one. */
  point(event, on) {
    const id = event.target.closest?.("[data-id]")?.dataset.id
    if (id) for (const one of this.querySelectorAll(`[data-id="${CSS.escape(id)}"]`)) one.classList.toggle("at", on)
  }

  async look() {
    const bounds = this.map.getBounds()
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => edge.toFixed(5)).join(",")
    const asked = (this.asked = box)
    const response = await fetch(`${this.dataset.part}&box=${box}`, { headers: { "HX-Request": "true" } }).catch(() => null)
    if (asked !== this.asked) return
    if (!response?.ok) return document.dispatchEvent(new CustomEvent("bodega:toast", { detail: { text: this.dataset.offline, tone: "bad" } }))
    const page = new DOMParser().parseFromString(await response.text(), "text/html")
    this.querySelector(".spots").replaceWith(page.querySelector(".spots"))
    this.draw()
    const here = new URL(location.href)
    here.searchParams.set("box", box)
    history.replaceState(history.state, "", here)
    for (const field of document.querySelectorAll('.ask form input[name="box"]')) field.value = box
  }
}
customElements.define("b-map", Mapped)
