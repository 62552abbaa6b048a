"use strict"
// The theme's search, in the theme's worker, on a page of its own: the words stand in the address.
{
  const SETUP = 0, READY = 1, QUERY = 2, RESULT = 3  // the worker's messages
  const MOST = 30, LENGTH = 220
  const root = new URL("../", document.currentScript.src)
  const form = document.getElementById("look")
  const field = document.getElementById("query")
  const found = document.getElementById("found")
  const results = document.getElementById("results")
  let worker

  const plain = html => new DOMParser().parseFromString(`<div>${html}</div>`, "text/html").body.textContent
  const marked = html => {
    // Only the worker's <mark> is taken over from its markup.
    const parts = html.split(/<mark[^>]*>(.*?)<\/mark>/s)
    return parts.map((part, place) => {
      const text = plain(part)
      if (place % 2 === 0) return text
      const mark = document.createElement("mark")
      mark.textContent = text
      return mark
    })
  }
  const spaced = html => html.replace(/<\/(p|li|td|th|h\d|dd|dt)>/g, " ")
  const excerpt = html => {
    const at = Math.max(0, html.indexOf("<mark") - LENGTH / 3)
    const cut = html.slice(html.indexOf(" ", at) + 1).slice(0, LENGTH)
    return cut.slice(0, cut.lastIndexOf(" ")).replace(/<[^>]*$/, "")
  }
  const shown = documents => {
    const best = documents[0]
    const page = documents.find(each => !each.location.includes("#")) ?? best
    const item = document.createElement("li")
    const link = document.createElement("a")
    link.href = new URL(best.location, root)
    link.append(...marked(page.title))
    if (best !== page) link.append(" › ", ...marked(best.title))
    const text = document.createElement("p")
    text.append(...marked(excerpt(spaced(best.text || page.text || ""))))
    item.append(link, text)
    return item
  }
  const show = items => {
    const { one, many, none } = found.dataset
    found.textContent = items.length === 0 ? none : items.length === 1 ? one : many.replace("#", items.length)
    results.replaceChildren(...items.slice(0, MOST).map(shown))
  }
  const ask = () => {
    const words = field.value.trim()
    if (words) worker.postMessage({ type: QUERY, data: words })
    else { found.textContent = ""; results.replaceChildren() }
  }
  const start = async () => {
    const response = await fetch(new URL("search/search_index.json", root))
    if (!response.ok) throw new Error(response.status)
    worker = new Worker(new URL(document.documentElement.dataset.search, root))
    worker.onmessage = ({ data: { type, data } }) => {
      if (type === READY) ask()
      if (type === RESULT && field.value.trim()) show(data.items)
    }
    worker.postMessage({ type: SETUP, data: { ...await response.json(), options: {} } })
  }
  const read = () => { field.value = new URLSearchParams(location.search).get("q") ?? "" }

  read()
  form.hidden = false
  field.focus()
  const started = start().catch(() => { found.textContent = found.dataset.failed })
  field.addEventListener("input", async () => {
    const address = new URL(location)
    if (field.value) address.searchParams.set("q", field.value)
    else address.searchParams.delete("q")
    history.replaceState(null, "", address)
    await started
    if (worker) ask()
  })
  form.addEventListener("submit", event => event.preventDefault())
  addEventListener("popstate", () => { read(); if (worker) ask() })
}
