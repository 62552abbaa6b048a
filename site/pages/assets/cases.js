// The list of cases, filtered by the page's address: ?platform=upwork&reasons=performance.
// Codes of one column are alternatives (repeated, or joined by |); columns must all hold.
(function () {
  const list = document.querySelector(".cases")
  if (!list) return
  const form = list.querySelector(".filter")
  const index = JSON.parse(list.querySelector(".filter-index").textContent)
  const rows = [...list.querySelectorAll("tbody tr")]
  const output = form.querySelector("output")
  const also = form.querySelector(".filter-also")

  function wanted() {
    const columns = new Map()
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (!index[name] || !value) continue
      columns.set(name, [...(columns.get(name) || []), ...value.split("|")])
    }
    return columns
  }

  function holding(name, codes) {
    const cells = index[name].cells.map((cell) => cell.split("|").some((code) => codes.includes(code)))
    return (row) => cells[index[name].rows[row]]
  }

  function show() {
    const columns = wanted()
    const tests = [...columns].map(([name, codes]) => holding(name, codes))
    let shown = 0
    rows.forEach((row, place) => {
      row.hidden = !tests.every((test) => test(place))
      shown += row.hidden ? 0 : 1
    })
    output.textContent = `${shown} of ${rows.length} cases`
    for (const choice of form.elements) {
      if (choice.name) choice.value = (columns.get(choice.name) || []).length === 1 ? columns.get(choice.name)[0] : ""
    }
    const rest = [...columns].filter(([name, codes]) => codes.length > 1 || !form.elements[name])
    also.hidden = !rest.length
    also.textContent = rest.length ? "Also filtered by " + rest.map(([name, codes]) => `${name}: ${codes.join(" or ")}`).join("; ") : ""
  }

  form.addEventListener("change", (event) => {
    const query = new URLSearchParams(location.search)
    query.delete(event.target.name)
    if (event.target.value) query.set(event.target.name, event.target.value)
    history.pushState(null, "", query.size ? `?${query}` : location.pathname)
    show()
  })
  form.addEventListener("reset", (event) => {
    event.preventDefault()
    history.pushState(null, "", location.pathname)
    show()
  })
  addEventListener("popstate", show)
  form.hidden = false
  show()
})()
