// Draws what Python sends as elements and text nodes: text is never parsed as HTML, and only these tags and properties exist.
const TAGS = new Set([
  "div", "p", "span", "a", "mark", "b", "small", "h2", "h3", "h4", "ul", "ol", "li", "button", "table", "thead", "tbody", "tr", "th", "td", "nav", "section", "article", "blockquote",
])
// Signs that turn the direction of what follows: a text that holds them could show its figures backwards.
const TURNS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const ADDRESS = /^(?:https?:\/\/|\/(?!\/)|#)/

// Opens an address of the app as the browser's own back and forward do: Streamlit follows the address, and so does the way back.
const follow = (address) => {
  history.pushState(null, "", address)
  dispatchEvent(new PopStateEvent("popstate"))
}

export default function ({ data, parentElement, setTriggerValue }) {
  // Streamlit's page says that it is English: readers aloud and fonts go by that.
  document.documentElement.lang = "zh-CN"
  const build = (node) => {
    if (typeof node === "string") return document.createTextNode(node.replace(TURNS, ""))
    const [tag, properties, kids] = node
    const element = document.createElement(TAGS.has(tag) ? tag : "span")
    if (properties.class) element.className = properties.class
    if (properties.title) element.title = properties.title
    if (properties.id) element.id = properties.id
    if (properties.label) element.dataset.label = properties.label
    if (properties.href) lead(element, properties.href)
    if (properties.copy) offer(element, properties.copy)
    if (properties.send) {
      element.type = "button"
      element.addEventListener("click", () => setTriggerValue("send", properties.send))
    }
    element.append(...kids.map(build))
    return element
  }

  const lead = (element, address) => {
    if (!ADDRESS.test(address)) return
    element.href = address
    if (address.startsWith("http")) {
      element.target = "_blank"
      element.rel = "noopener noreferrer"
      return
    }
    element.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button) return
      event.preventDefault()
      if (address.startsWith("#")) parentElement.querySelector(`[id="${CSS.escape(address.slice(1))}"]`)?.scrollIntoView({ behavior: "smooth", block: "start" })
      else follow(address)
    })
  }

  const offer = (element, text) => {
    element.type = "button"
    element.addEventListener("click", async () => {
      const label = element.textContent
      try {
        await navigator.clipboard.writeText(text)
        element.textContent = "已复制"
      } catch {
        element.textContent = "浏览器不允许复制"
      }
      setTimeout(() => (element.textContent = label), 1500)
    })
  }

  const root = parentElement.querySelector(".root")
  root.replaceChildren(...data.nodes.map(build))
  if (data.focus && root.dataset.focus !== data.focus) {
    root.dataset.focus = data.focus
    requestAnimationFrame(() => root.querySelector(`[id="${CSS.escape(data.focus)}"]`)?.scrollIntoView({ block: "center" }))
  }
}
