// The letter of "Ask for your reasons": the parts on the page that hold, with the form's values.
// Words are in the page alone. Nothing leaves it; the part of the address behind # may bring
// a platform and what was left out, and is never sent to a server.
{
  const ask = document.querySelector(".ask")
  const form = ask.querySelector("form")
  const written = ask.querySelector(".written")
  const text = written.querySelector("textarea")
  const printed = written.querySelector(".printed")
  const status = written.querySelector("[role=status]")
  const backing = written.querySelector(".backing")
  const model = ask.querySelector(".model")
  const day = (date) => new Intl.DateTimeFormat(ask.dataset.dates, { dateStyle: "long" }).format(date)
  const today = () => { const now = new Date(); return new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10) }

  function facts() {
    const given = Object.fromEntries(new FormData(form))
    const left = [...form.querySelectorAll("[name=left]:checked")].map((box) => box.value)
    return { ...given, left, day: given.day && day(new Date(`${given.day}T12:00`)) }
  }

  function names(norm, { left, country, clients }) {
    const { countries, asks, from, until } = norm.dataset
    return Boolean(country) && countries.split(" ").includes(country)
      && asks.split(" ").some((name) => left.includes(name))
      && (!from || today() >= from) && (!until || today() < until)
      && !(norm.hasAttribute("data-consumers") && clients === "businesses")
  }

  function holds(part, given, norms) {
    const { ask: name, norm, if: needed } = part.dataset
    if (norm) return norms.includes(part)
    if (name && !given.left.includes(name)) return false
    return !needed || (needed === "norms" ? norms.length > 0 : Boolean(given[needed]))
  }

  function write() {
    const given = facts()
    const parts = [...model.querySelectorAll("[data-part]")]
    const norms = parts.filter((part) => part.dataset.norm && names(part, given))
    let number = 0
    const lines = parts.filter((part) => holds(part, given, norms)).map((part) => {
      if (part.hasAttribute("data-today")) return day(new Date())
      const mark = part.matches("ol > li") ? `${++number}. ` : part.matches("ul > li") ? "- " : ""
      return mark + part.textContent.trim().replace(/\[(\w+)\]/g, (blank, name) => given[name] || blank)
    })
    text.value = given.left.length ? lines.join("\n\n") + "\n" : ""
    status.textContent = given.left.length ? "" : status.dataset.empty
    backing.hidden = !given.left.length || !norms.length
    backing.querySelector("ul").replaceChildren(...norms.map((norm) =>
      ask.querySelector(`template[data-limits="${norm.dataset.norm}"]`).content.cloneNode(true)))
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(text.value)
      status.textContent = status.dataset.copied
    } catch {
      text.select()
      status.textContent = status.dataset.failed
    }
  }

  function download(link) {
    URL.revokeObjectURL(link.href)
    link.href = URL.createObjectURL(new Blob([text.value], { type: "text/plain;charset=utf-8" }))
  }

  // ask/#left=facts,rule_cited&platform=Upwork, where a word may also be a fair-process check
  function prefill() {
    const asked = new URLSearchParams(location.hash.slice(1))
    if (!asked.has("left")) return
    const left = asked.get("left").split(",")
    for (const box of form.querySelectorAll("[name=left]")) {
      box.checked = left.includes(box.value) || left.includes(box.dataset.check)
    }
    form.elements.platform.value = asked.get("platform") || ""
    const deed = form.querySelector(`option[data-code="${CSS.escape(asked.get("action") || "")}"]`)
    if (deed) deed.selected = true
  }

  form.addEventListener("input", write)
  form.addEventListener("submit", (event) => event.preventDefault())
  written.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]")
    if (!pressed) return
    if (pressed.dataset.do === "copy") copy()
    if (pressed.dataset.do === "print") print()
    if (pressed.dataset.do === "download") download(pressed)
  })
  addEventListener("beforeprint", () => { printed.textContent = text.value })
  addEventListener("hashchange", () => { prefill(); write() })
  prefill()
  write()
}
