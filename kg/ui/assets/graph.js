// Draws a network as SVG from positions that Python computed: drag to move, wheel or pinch to zoom, click to choose. Labels are text nodes.
const SVG = "http://www.w3.org/2000/svg"
const make = (tag, attributes, parent) => {
  const element = document.createElementNS(SVG, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  parent?.append(element)
  return element
}

// Opens an address of the app as the browser's own back and forward do.
const follow = (address) => {
  history.pushState(null, "", address)
  dispatchEvent(new PopStateEvent("popstate"))
}

export default function ({ data, parentElement }) {
  const frame = parentElement.querySelector(".frame")
  if (frame.dataset.drawn === data.version) return
  frame.dataset.drawn = data.version
  const width = frame.clientWidth && frame.clientWidth < 640 ? 560 : 1000
  const margin = width < 1000 ? 70 : 105
  const height = data.height
  const svg = make("svg", { viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": data.said, tabindex: 0 })
  const view = { x: 0, y: 0, k: 1 }
  const world = make("g", {}, svg)
  const lines = make("g", {}, world)
  const dots = make("g", {}, world)
  const nodes = data.nodes.map((node) => ({ ...node, x: margin + node.x * (width - 2 * margin), y: 48 + node.y * (height - 96), near: new Set() }))
  const edges = data.edges.map((edge) => ({ ...edge, from: nodes[edge.a], to: nodes[edge.b] }))

  if (data.directed) {
    const marker = make("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto-start-reverse" }, make("defs", {}, svg))
    make("path", { d: "M0 0.8 L8 4 L0 7.2 z", class: "head" }, marker)
  }
  for (const edge of edges) {
    edge.from.near.add(edge.to)
    edge.to.near.add(edge.from)
    edge.line = make("line", { class: `edge ${edge.kind ?? ""}`, "stroke-width": Math.min(1 + Math.log2(edge.weight), 5) }, lines)
    if (data.directed) edge.line.setAttribute("marker-end", "url(#arrow)")
    make("title", {}, edge.line).textContent = edge.hint
  }
  for (const node of nodes) {
    node.group = make("g", { class: `node ${node.kind}`, ...(node.href ? { tabindex: 0, role: "link", "aria-label": node.hint } : {}) }, dots)
    make("circle", { r: node.r }, node.group)
    make("title", {}, node.group).textContent = node.hint
    node.text = make("text", { y: node.r + 13, "text-anchor": "middle" }, node.group)
    node.text.textContent = node.label.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
  }

  const place = () => {
    for (const node of nodes) node.group.setAttribute("transform", `translate(${node.x} ${node.y})`)
    for (const { from, to, line } of edges) {
      const length = Math.hypot(to.x - from.x, to.y - from.y) || 1
      const gap = data.directed ? (to.r + 3) / length : 0
      line.setAttribute("x1", from.x)
      line.setAttribute("y1", from.y)
      line.setAttribute("x2", to.x - (to.x - from.x) * gap)
      line.setAttribute("y2", to.y - (to.y - from.y) * gap)
    }
    world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.k})`)
  }
  // Labels that would lie on others go above their node, or wait until it is pointed at; the busiest nodes choose first.
  const settle = () => {
    const taken = nodes.map(({ x, y, r }) => ({ left: x - r, right: x + r, top: y - r, bottom: y + r }))
    const free = (box) => !taken.some((other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)
    for (const node of [...nodes].sort((a, b) => b.r - a.r)) {
      const half = [...node.label].reduce((sum, character) => sum + (character.charCodeAt(0) < 256 ? 3.6 : 6.3), 0)
      const box = (y) => ({ left: node.x - half, right: node.x + half, top: node.y + y - 11, bottom: node.y + y + 3 })
      const y = [node.r + 13, -node.r - 5].find((offset) => free(box(offset)))
      node.group.classList.toggle("mute", y === undefined)
      node.text.setAttribute("y", y ?? node.r + 13)
      if (y !== undefined) taken.push(box(y))
    }
  }
  const light = (chosen) => {
    svg.classList.toggle("lit", !!chosen)
    for (const node of nodes) node.group.classList.toggle("on", !!chosen && (node === chosen || chosen.near.has(node)))
    for (const edge of edges) edge.line.classList.toggle("on", !!chosen && (edge.from === chosen || edge.to === chosen))
  }
  const at = (event) => {
    const box = svg.getBoundingClientRect()
    return { x: ((event.clientX - box.left) / box.width) * width, y: ((event.clientY - box.top) / box.height) * height }
  }

  let held = null
  let moved = 0
  const grab = (event, node) => {
    held = { node, from: at(event) }
    moved = 0
    svg.setPointerCapture(event.pointerId)
    event.stopPropagation()
  }
  for (const node of nodes) {
    node.group.addEventListener("pointerdown", (event) => grab(event, node))
    node.group.addEventListener("pointerenter", () => held || light(node))
    node.group.addEventListener("pointerleave", () => held || light(null))
    node.group.addEventListener("focus", () => light(node))
    node.group.addEventListener("blur", () => light(null))
    node.group.addEventListener("keydown", (event) => event.key === "Enter" && node.href && follow(node.href))
  }
  svg.addEventListener("pointerdown", (event) => grab(event, null))
  svg.addEventListener("pointermove", (event) => {
    if (!held) return
    const here = at(event)
    const x = here.x - held.from.x
    const y = here.y - held.from.y
    moved += Math.hypot(x, y)
    const target = held.node ?? view
    target.x += held.node ? x / view.k : x
    target.y += held.node ? y / view.k : y
    held.from = here
    place()
  })
  svg.addEventListener("pointerup", () => {
    if (held?.node?.href && moved < 4) follow(held.node.href)
    else if (held?.node) settle()
    held = null
  })
  svg.addEventListener("pointercancel", () => (held = null))
  const zoom = (factor, centre) => {
    const k = Math.min(Math.max(view.k * factor, 0.3), 8)
    view.x = centre.x - ((centre.x - view.x) * k) / view.k
    view.y = centre.y - ((centre.y - view.y) * k) / view.k
    view.k = k
    place()
  }
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey && document.activeElement !== parentElement.host && !svg.matches(":focus")) return
    event.preventDefault()
    zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, at(event))
  }, { passive: false })

  const button = (label, act) => {
    const element = document.createElement("button")
    element.type = "button"
    element.textContent = label
    element.addEventListener("click", act)
    return element
  }
  const middle = { x: width / 2, y: height / 2 }
  const bar = document.createElement("div")
  bar.className = "bar"
  bar.append(
    button("放大", () => zoom(1.3, middle)),
    button("缩小", () => zoom(1 / 1.3, middle)),
    button("还原", () => (Object.assign(view, { x: 0, y: 0, k: 1 }), place())),
    button("存为 PNG", () => save(svg, width, height, data.name)),
  )
  place()
  settle()
  frame.replaceChildren(svg, bar)
}

// A picture of the network as it stands, drawn by the browser itself at twice its size.
function save(svg, width, height, name) {
  const copy = svg.cloneNode(true)
  const live = [svg, ...svg.querySelectorAll("*")]
  const still = [copy, ...copy.querySelectorAll("*")]
  const shown = ["fill", "stroke", "stroke-width", "opacity", "font-family", "font-size", "font-weight", "paint-order"]
  live.forEach((element, i) => {
    const style = getComputedStyle(element)
    for (const property of shown) still[i].style.setProperty(property, style.getPropertyValue(property))
  })
  copy.setAttribute("width", width * 2)
  copy.setAttribute("height", height * 2)
  const picture = new Image()
  picture.onload = () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: width * 2, height: height * 2 })
    const pen = canvas.getContext("2d")
    pen.fillStyle = getComputedStyle(svg).backgroundColor
    pen.fillRect(0, 0, canvas.width, canvas.height)
    pen.drawImage(picture, 0, 0)
    canvas.toBlob((blob) => {
      const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${name}.png` })
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 1000)
    })
  }
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
}
