// The list of cases, filtered by the page's address: ?platform=upwork&reasons=performance&q=words.
// Codes of one column are alternatives (repeated, or joined by |); columns must all hold.
"use strict"
;(() => {
  const around = document.querySelector(".cases")
  const form = around.querySelector(".filter")
  const output = form.querySelector("output")
  const also = form.querySelector(".filter-also")
  const load = () => CaseTable.load(around.dataset.table)
  let list

  function asked(table) {
    const columns = {}
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (table.columns[name] && value) columns[name] = [...(columns[name] || []), ...value.split("|")]
    }
    return columns
  }

  function chosen(name, codes) {
    const choice = form.elements[name]
    return codes.length === 1 && choice && [...choice.options].some(({ value }) => value === codes[0])
  }

  // What the form has no choice for, each with a button that takes it out.
  function others(table, columns) {
    const rest = Object.entries(columns).filter(([name, codes]) => !chosen(name, codes))
    const buttons = rest.map(([name, codes]) => {
      const button = document.createElement("button")
      button.type = "button"
      button.dataset.column = name
      button.dataset.mark = "computed"
      button.textContent = `${table.names[name] || name.replace(/[._]/g, " ")}: ${codes.map((code) => table.label(name, code)).join(" / ")} – ${around.dataset.remove}`
      return button
    })
    also.replaceChildren(around.dataset.also, ...buttons.flatMap((button) => [" ", button]))
    also.hidden = rest.length === 0
  }

  async function show() {
    output.parentElement.hidden = false
    const query = new URLSearchParams(location.search)
    let table
    try {
      table = await load()
    } catch {
      output.textContent = around.dataset.failed
      return
    }
    list ??= new CaseList(around, table)
    const columns = asked(table)
    const words = query.get("q") || ""
    let places = table.where(columns)
    if (words) places = places.filter(table.saying(words))
    list.show(places)
    output.textContent = phrase(around.dataset.count, { shown: places.length, all: table.places.length })
    for (const choice of form.querySelectorAll("select")) {
      const codes = columns[choice.name] || []
      choice.value = chosen(choice.name, codes) ? codes[0] : ""
    }
    if (form.elements.q !== document.activeElement) form.elements.q.value = words
    others(table, columns)
  }

  function turn(change, keep) {
    const query = new URLSearchParams(location.search)
    change(query)
    const address = query.size ? `?${query}` : location.pathname
    if (keep) history.pushState(null, "", address)
    else history.replaceState(null, "", address)
    show()
  }

  form.addEventListener("focusin", () => load().catch(() => {}), { once: true })
  form.addEventListener("input", (event) => {
    const { name, value } = event.target
    turn((query) => (value ? query.set(name, value) : query.delete(name)), name !== "q")
  })
  form.addEventListener("click", (event) => {
    const { column } = event.target.dataset
    if (!column) return
    turn((query) => query.delete(column), true)
    form.querySelector("[type=reset]").focus()
  })
  form.addEventListener("submit", (event) => event.preventDefault())
  form.addEventListener("reset", (event) => {
    event.preventDefault()
    form.elements.q.value = ""
    history.pushState(null, "", location.pathname)
    show()
  })
  addEventListener("popstate", show)
  form.hidden = false
  if (location.search) show()
})()
