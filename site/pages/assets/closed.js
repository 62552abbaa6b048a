// My account was closed: cases like the one chosen, by the page's address: ?platform=upwork&action=suspended.
"use strict"
;(() => {
  const around = document.querySelector(".closed")
  const form = around.querySelector("form")
  const output = form.querySelector("output")
  const answer = around.querySelector(".closed-answer")
  const words = Object.fromEntries([...around.querySelector("template").content.children].map((each) => [each.dataset.word, each.textContent]))
  const FACTS = ["platform", "action", "reasons"]
  const lang = document.documentElement.lang || "en"
  const load = () => CaseTable.load(around.dataset.table)
  let list

  const percent = (share) => `${Math.floor(share * 100 + 0.5 + 1e-9)}\u00a0%`
  const number = (count) => count.toLocaleString(lang)

  function lasted(hours) {
    if (hours === 0) return words["same-day"]
    const [value, unit] = hours < 48 ? [hours, "hour"] : [hours / 24, "day"]
    return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 1 }).format(value)
  }

  function line(text, kind = "") {
    const made = document.createElement("p")
    made.className = kind
    made.append(text)
    return made
  }

  const slot = (name) => around.querySelector(`[data-slot="${name}"]`)

  // What the address chooses, as far as the form offers it.
  function chosen() {
    const query = new URLSearchParams(location.search)
    const offered = (name) => [...form.elements[name].options].some(({ value }) => value && value === query.get(name))
    return Object.fromEntries(FACTS.filter(offered).map((name) => [name, [query.get(name)]]))
  }

  // The address of a choice; nothing of it is left where nothing is chosen.
  function address(choice, page = location.pathname) {
    const query = new URLSearchParams(Object.entries(choice).map(([name, codes]) => [name, codes.join("|")]))
    return query.size ? `${page}?${query}` : page
  }

  const like = (table, choice) => table.where({ ...table.account, ...choice })

  function without(fact) {
    return Object.fromEntries(Object.entries(chosen()).filter(([name]) => name !== fact))
  }

  const givenBack = ({ shares: { reinstated } }) => [reinstated.column, reinstated.yes, reinstated.no]

  // What there is without one of the chosen facts.
  function showWider(table, facts) {
    const wider = answer.querySelector(".closed-wider")
    const items = Object.keys(facts).map((name) => {
      const places = like(table, without(name))
      const { yes, n } = table.share(places, ...givenBack(table))
      const link = CaseList.link(address(without(name)), words[`wider-${name}`])
      link.dataset.without = name
      const item = document.createElement("li")
      item.append(link, ": ", phrase(words.wider, { n: number(places.length), yes: number(yes), of: number(n) }))
      return item
    })
    wider.hidden = items.length === 0
    wider.querySelector("ul").replaceChildren(...items)
  }

  function showBack(table, places) {
    const share = table.share(places, ...givenBack(table))
    const counts = { yes: number(share.yes), n: number(share.n), low: percent(share.low), high: percent(share.high) }
    const lines = []
    if (share.n === 0) lines.push(line(words.none))
    else if (share.few) lines.push(line(phrase(words["too-few"], counts)))
    else {
      lines.push(line(percent(share.value), "closed-share"), line(words.back, "closed-back"), line(phrase(words.basis, counts), "basis"))
      if (share.careful) lines.push(line(words.caution, "caution"))
    }
    if (share.unknown) lines.push(line(phrase(words.unknown, { n: number(share.unknown) }), "basis"))
    slot("back").replaceChildren(...lines)
  }

  function showResponses(table, facts, places) {
    const element = answer.querySelector(".closed-responses")
    const heads = [...element.querySelectorAll("th")].map((head) => head.textContent)
    const shares = Object.keys(table.labels.responses)
      .filter((code) => !CaseTable.SILENT.has(code))
      .map((code) => ({ code, ...table.share(places, "responses", [code]) }))
      .filter((share) => share.yes)
      .sort((one, other) => other.yes - one.yes)
    const { n, unknown, few, careful } = table.share(places, "responses", [])
    slot("responses-basis").textContent = n ? phrase(words.responses, { n: number(n), unknown: number(unknown) }) : words.none
    slot("responses-basis").append(!few && careful ? ` ${words.caution}` : "")
    element.hidden = n === 0
    const rows = shares.map((share) => {
      const row = document.createElement("tr")
      const cases = CaseList.link(address({ ...table.account, ...facts, responses: [share.code] }, `${around.dataset.root}cases/`), number(share.yes))
      const told = share.few ? words["share-few"] : phrase(words.share, { value: percent(share.value), low: percent(share.low), high: percent(share.high) })
      ;[table.label("responses", share.code), cases, told].forEach((content, at) => {
        const cell = row.insertCell()
        cell.dataset.label = heads[at]
        cell.append(content)
      })
      return row
    })
    element.tBodies[0].replaceChildren(...rows)
  }

  // A median from enough cases on; else each duration that is told, with its case.
  function showTime(table, name, time, hours) {
    const counts = { n: number(time.n), waiting: number(time.waiting) }
    const lines = []
    if (time.n === 0) lines.push(line(words.none))
    else if (!time.few) {
      const found = time.median === undefined ? "median-not" : `median-${name}`
      lines.push(line(phrase(words[found], { ...counts, median: lasted(time.median * hours) })))
    } else {
      const links = time.told.map(({ place, value }) => CaseList.link(`${around.dataset.root}cases/${table.id(place)}/`, lasted(value * hours)))
      if (links.length) {
        const told = line(words.told)
        told.append(...links.flatMap((link, at) => (at ? [", ", link] : [link])), ".")
        lines.push(told)
      }
      if (time.waiting) lines.push(line(phrase(words.waiting, counts)))
    }
    slot(name).replaceChildren(...lines)
  }

  // The cases that share all chosen facts, then those that share all but one; the newest first.
  function showCases(table, facts) {
    const names = Object.keys(facts)
    const held = names.map((name) => table.holding(name, facts[name]))
    const shared = (place) => held.filter((test) => test(place)).length
    const others = names.length < 2 ? [] : table.where({ role: table.account.role })
    const near = others.filter((place) => shared(place) === names.length - 1)
    list ??= new CaseList(answer, table, { shared: () => "" })
    list.more.shared = (place) => names.filter((_, at) => held[at](place)).map((name) => words[`shared-${name}`]).join(", ")
    answer.querySelector("[data-column=shared]").hidden = names.length === 0
    list.show([...like(table, facts), ...near])
    answer.querySelector(".closed-all").href = address({ ...table.account, ...facts }, `${around.dataset.root}cases/`)
  }

  async function show() {
    output.parentElement.hidden = false
    let table
    try {
      table = await load()
    } catch {
      output.textContent = around.dataset.failed
      return
    }
    const facts = chosen()
    const places = like(table, facts)
    for (const name of FACTS) form.elements[name].value = facts[name]?.[0] || ""
    output.textContent = phrase(words.like, { n: number(places.length) })
    showWider(table, facts)
    showBack(table, places)
    showResponses(table, facts, places)
    showTime(table, "answered", table.answered(places), 1)
    showTime(table, "ended", table.ended(places), 24)
    showCases(table, facts)
    answer.hidden = false
  }

  function turn(choice) {
    history.pushState(null, "", address(choice))
    show()
  }

  form.addEventListener("focusin", () => load().catch(() => {}), { once: true })
  form.addEventListener("change", (event) => {
    const { name, value } = event.target
    turn({ ...without(name), ...(value && { [name]: [value] }) })
  })
  form.addEventListener("submit", (event) => event.preventDefault())
  form.addEventListener("reset", (event) => {
    event.preventDefault()
    turn({})
  })
  answer.addEventListener("click", (event) => {
    const fact = event.target.dataset.without
    if (!fact || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    turn(without(fact))
    form.elements[fact].focus()
  })
  addEventListener("popstate", show)
  form.hidden = false
  if (Object.keys(chosen()).length) show()
})()
