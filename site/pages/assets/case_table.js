// All cases as codes (cases/table.json, made by site/publisher/case_table.py), filtered and counted
// as pipeline/figures.py does it. A place is a number in the order of the list, the newest first.
"use strict"

class CaseTable {
  static loading = null
  static SILENT = new Set(["", "unknown"])
  static SAID = ["platform", "action", "reasons", "believed_reasons", "notice", "responses", "outcome", "lang", "year"]
  static Z = 1.959963984540054

  // The table at `address`; fetched when first asked for, and again after a failure.
  static load(address) {
    CaseTable.loading ??= fetch(address)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.statusText))))
      .then((data) => new CaseTable(data))
      .catch((error) => {
        CaseTable.loading = null
        throw error
      })
    return CaseTable.loading
  }

  constructor(data) {
    Object.assign(this, data)
    this.places = this.ids.map((_, place) => place)
    this.lang = document.documentElement.lang || "en"
    this.parts = {}
    for (const [name, { cells }] of Object.entries(this.columns)) this.parts[name] = cells.map((cell) => cell.split("|"))
  }

  id(place) {
    return `c${String(this.ids[place]).padStart(4, "0")}`
  }

  cell(column, place) {
    const { cells, rows } = this.columns[column]
    return cells[rows[place]]
  }

  label(column, code) {
    const known = (this.labels[column] || {})[code]
    return known ? known[this.lang] || known.en : code.replaceAll("_", " ")
  }

  // The words for a cell; nothing where it is empty.
  words(column, place) {
    const codes = this.parts[column][this.columns[column].rows[place]]
    return codes.filter(Boolean).map((code) => this.label(column, code)).join(", ")
  }

  // A test of a place: does its cell hold one of `codes`?
  holding(column, codes) {
    const wanted = new Set(codes)
    const { rows } = this.columns[column]
    const held = this.parts[column].map((parts) => parts.some((code) => wanted.has(code)))
    return (place) => held[rows[place]]
  }

  // The places whose columns each hold one of the codes asked for: {platform: ["upwork"], …}.
  where(asked) {
    const tests = Object.entries(asked).map(([column, codes]) => this.holding(column, codes))
    return this.places.filter((place) => tests.every((test) => test(place)))
  }

  // A test of a place: is every word of `text` in what the list can say of the case?
  saying(text) {
    this.said ??= CaseTable.SAID.map((name) => {
      const told = this.parts[name].map((codes) => codes.flatMap((code) => [code, this.label(name, code)]).join(" "))
      return { rows: this.columns[name].rows, cells: told.map((words) => words.toLowerCase()) }
    })
    const tests = text.toLowerCase().split(/\s+/).filter(Boolean).map((word) => {
      if (/^c\d+$/.test(word)) return (place) => this.id(place).startsWith(word)
      const held = this.said.map(({ rows, cells }) => ({ rows, cells: cells.map((words) => words.includes(word)) }))
      return (place) => held.some(({ rows, cells }) => cells[rows[place]])
    })
    return (place) => tests.every((test) => test(place))
  }

  // `places` without those coded before the column and all of `codes` were in the codebook.
  knowing(places, column, codes) {
    const editions = this.since[column] || {}
    const first = Math.max(1, ...["", ...codes].map((code) => editions[code] || 1))
    if (first === 1) return places
    return places.filter((place) => Number(this.cell("codebook_edition", place)) >= first)
  }

  // How many of `places` say yes among those that say yes or no; without `no`, all that say anything.
  share(places, column, yes, no) {
    const known = this.knowing(places, column, [...yes, ...(no || [])])
    const says = this.holding(column, yes)
    const denies = no ? this.holding(column, no) : this.telling(column)
    const said = known.filter((place) => says(place)).length
    const n = known.filter((place) => says(place) || denies(place)).length
    const share = { yes: said, n, unknown: known.length - n, few: n < this.least_said, careful: n < this.careful_below }
    return share.few ? share : Object.assign(share, CaseTable.wilson(said, n))
  }

  // A test of a place: does its cell say anything?
  telling(column) {
    const { rows } = this.columns[column]
    const told = this.parts[column].map((parts) => parts.some((code) => !CaseTable.SILENT.has(code)))
    return (place) => told[rows[place]]
  }

  // The 95 % score interval of a share (Wilson 1927), as pipeline/intervals.py has it.
  static wilson(yes, n) {
    const value = yes / n
    const spread = CaseTable.Z ** 2 / n
    const half = CaseTable.Z * Math.sqrt((value * (1 - value)) / n + spread / (4 * n))
    const middle = value + spread / 2
    return { value, low: Math.max(0, (middle - half) / (1 + spread)), high: Math.min(1, (middle + half) / (1 + spread)) }
  }

  // The numbers that a column tells of: [{place, value}], the smallest first.
  told(places, column) {
    return this.knowing(places, column, [])
      .filter((place) => this.cell(column, place) !== "")
      .map((place) => ({ place, value: Number(this.cell(column, place)) }))
      .sort((one, other) => one.value - other.value)
  }

  // Hours to the platform's answer; a median from `least_dated` on.
  answered(places) {
    const told = this.told(places, "response_hours")
    const middle = told.length >> 1
    const median = told.length % 2 ? told[middle]?.value : (told[middle - 1]?.value + told[middle]?.value) / 2
    return { told, n: told.length, waiting: 0, few: told.length < this.least_dated, median }
  }

  // Days to the end, those still waiting when they wrote included (Kaplan and Meier 1958).
  ended(places) {
    const told = this.told(places, "resolution_days")
    const open = this.told(places, "open_days").map(({ value }) => value)
    const n = told.length + open.length
    return { told, n, waiting: open.length, few: n < this.least_dated, median: CaseTable.median(told.map(({ value }) => value), open) }
  }

  // The day by which half have ended; nothing where fewer than half are known to have.
  static median(ended, open) {
    let alive = 1
    for (const day of new Set(ended)) {
      const risk = [...ended, ...open].filter((lasted) => lasted >= day).length
      alive *= 1 - ended.filter((lasted) => lasted === day).length / risk
      if (alive <= 0.5) return day
    }
    return undefined
  }
}

// A table of cases in the page, filled with the first of some places and more by a button.
class CaseList {
  // `more` holds what a column shows that the table does not: {name: (place) => text}.
  constructor(around, table, more = {}) {
    this.table = table
    this.root = around.dataset.root
    this.more = more
    this.element = around.querySelector(".case-list")
    this.body = this.element.querySelector("tbody")
    this.heads = [...this.element.querySelectorAll("th[data-column]")]
    this.button = around.querySelector("button.more")
    this.button.addEventListener("click", () => this.add())
  }

  show(places) {
    this.left = places
    this.body.replaceChildren()
    this.add(false)
  }

  // The next few; the first of them is where a keyboard goes on.
  add(byHand = true) {
    const step = Number(this.element.dataset.step)
    const rows = this.left.slice(0, step).map((place) => this.row(place))
    this.left = this.left.slice(step)
    this.body.append(...rows)
    this.button.hidden = this.left.length === 0
    if (byHand) rows[0].querySelector("a").focus()
  }

  row(place) {
    const row = document.createElement("tr")
    for (const head of this.heads) {
      const cell = row.insertCell()
      cell.dataset.label = head.textContent
      cell.hidden = head.hidden
      cell.append(this.content(head.dataset.column, place))
    }
    return row
  }

  content(column, place) {
    if (column in this.more) return this.more[column](place)
    if (column === "case_id") return CaseList.link(`${this.root}cases/${this.table.id(place)}/`, this.table.id(place))
    const { untold, told } = this.element.dataset
    if (column !== "day") return this.table.words(column, place) || untold
    const day = this.table.cell("day", place)
    if (!day) return untold
    return CaseList.date(day, this.table.lang) + (this.table.cell("dated", place) === "published" ? ` (${told})` : "")
  }

  static link(address, words) {
    const link = document.createElement("a")
    link.href = address
    link.textContent = words
    return link
  }

  // A date as precise as it is told: "2019", "March 2019", "12 March 2019".
  static date(partial, lang) {
    const parts = { year: "numeric", month: "long", day: "numeric" }
    const known = Object.fromEntries(Object.entries(parts).slice(0, partial.split("-").length))
    return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { ...known, timeZone: "UTC" }).format(new Date(`${partial}-01-01`.slice(0, 10)))
  }
}

// `{name}` in a phrase of the page, filled in.
function phrase(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name])
}
