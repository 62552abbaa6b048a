// "Compare your letter": the MinHash of the pasted text, made as pipeline/letters.py says, beside
// the fingerprints of the stock letters. Only those are fetched; the text never leaves the page.
{
  // Python's white space, \s of its regex module and str.isspace: not quite JavaScript's.
  const SPACE = "\\t-\\r \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
  const ADDRESS = /[!-~]*(?:@|:\/\/|www\.)[!-~]*[0-9A-Za-z/]/g
  const NAME = new RegExp(`(?<=[^${SPACE}.!?…:][${SPACE}]+)\\p{Lu}[\\p{L}'’-]*`, "gu")
  const NUMBER = /\p{N}+(?:[.,:/-]\p{N}+)*/gu
  const WORD = /\p{L}+/gu
  const SPACES = new RegExp(`[${SPACE}\\x1c-\\x1f]+`, "u")

  /** The text without what differs from one receiver to the next (`masked` in letters.py). */
  function masked(text) {
    let plain = text.replace(ADDRESS, "_")
    if (3 * (plain.match(NAME) || []).length <= (plain.match(WORD) || []).length) plain = plain.replace(NAME, "_")
    return plain.replace(NUMBER, "0").toLowerCase().split(SPACES).filter(Boolean).join(" ")
  }

  /** The first four bytes, little-endian, of the SHA-1 (FIPS 180-4) of at most 55 bytes. */
  function first(bytes) {
    const words = new Uint32Array(80)
    bytes.forEach((byte, place) => { words[place >> 2] |= byte << (24 - 8 * (place & 3)) })
    words[bytes.length >> 2] |= 0x80 << (24 - 8 * (bytes.length & 3))
    words[15] = 8 * bytes.length
    const turn = (word, by) => (word << by) | (word >>> (32 - by))
    for (let t = 16; t < 80; t++) words[t] = turn(words[t - 3] ^ words[t - 8] ^ words[t - 14] ^ words[t - 16], 1)
    let [a, b, c, d, e] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
    for (let t = 0; t < 80; t++) {
      const mixed = t < 20 ? ((b & c) | (~b & d)) + 0x5a827999
        : t < 40 ? (b ^ c ^ d) + 0x6ed9eba1
        : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
        : (b ^ c ^ d) + 0xca62c1d6
      const next = (turn(a, 5) + mixed + e + words[t]) | 0
      ;[a, b, c, d, e] = [next, a, turn(b, 30), c, d]
    }
    const word = (a + 0x67452301) | 0
    return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24)) >>> 0
  }

  function finalized(hash) {
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    return (hash ^ (hash >>> 16)) >>> 0
  }

  /** The `count` values of the MinHash of *text*, from runs of *size* code points. */
  function signature(text, size, count) {
    const utf8 = new TextEncoder()
    const mixers = Array.from({ length: count }, (_, k) => [first(utf8.encode(`a${k}`)) | 1, first(utf8.encode(`b${k}`))])
    const points = Array.from(masked(text))
    const values = new Uint32Array(count).fill(0xffffffff)
    const runs = new Set()
    for (let i = 0; i < Math.max(1, points.length - size + 1); i++) runs.add(points.slice(i, i + size).join(""))
    for (const run of runs) {
      const hash = finalized(first(utf8.encode(run)))
      mixers.forEach(([a, b], k) => {
        const value = (Math.imul(a, hash) + b) >>> 0
        if (value < values[k]) values[k] = value
      })
    }
    return values
  }

  /** The values that a cell of letters.csv holds. */
  function read(fingerprint) {
    const bytes = Uint8Array.from(atob(fingerprint.replaceAll(".", "+")), (letter) => letter.charCodeAt(0))
    const view = new DataView(bytes.buffer)
    return Uint32Array.from({ length: bytes.length / 4 }, (_, k) => view.getUint32(4 * k, true))
  }

  /** The share of values that are the same, which estimates the share of runs. */
  function alike(one, other) {
    return one.filter((value, k) => value === other[k]).length / one.length
  }

  const compare = document.querySelector(".compare")
  const form = compare.querySelector("form")
  const answer = compare.querySelector(".answer")
  const rules = Object.fromEntries(["same", "shortest", "size", "count"].map((name) => [name, Number(compare.dataset[name])]))
  const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" })
  const titles = new Map([...compare.querySelectorAll("template[data-check]")].map((each) => [each.dataset.check, each.content.textContent]))
  let held

  /** Shows a template with its slots filled: text, or the address of a link. */
  function show(name, slots = {}, when = {}) {
    const shown = compare.querySelector(`template[data-answer="${name}"]`).content.cloneNode(true)
    for (const part of shown.querySelectorAll("[data-when]")) if (!when[part.dataset.when]) part.remove()
    for (const slot of shown.querySelectorAll("[data-slot]")) {
      const value = slots[slot.dataset.slot]
      if (slot.tagName === "A") value ? slot.setAttribute("href", value) : slot.remove()
      else slot.textContent = value || slot.dataset.empty || "0"
      if (!value) slot.removeAttribute("lang")
      if (/\d/.test(slot.textContent)) slot.dataset.mark = "computed"
    }
    answer.replaceChildren(shown)
  }

  const invented = () => [...compare.querySelectorAll("template[data-invented-letter]")].map((each) => (
    { ...each.dataset, invented: true, reasons: [], met: [] }))

  async function fingerprints() {
    held ||= await (await fetch(compare.dataset.fingerprints)).json()
    return held
  }

  function found(letter, near) {
    const lacks = [...titles.keys()].filter((check) => !letter.met.includes(check))
    const root = compare.dataset.root
    show("found", {
      platform: letter.platform,
      says: letter.says,
      near: percent.format(near),
      cases: String(letter.cases),
      seen: letter.seen,
      states: letter.reasons.join(", "),
      lacks: lacks.map((check) => titles.get(check)).join(", "),
      letter: letter.invented ? "" : `${root}letters/#${letter.id}`,
      ask: letter.invented ? "" : `${compare.dataset.ask}#${new URLSearchParams({ left: lacks.join(","), platform: letter.platform })}`,
    }, { invented: letter.invented, counted: !letter.invented })
  }

  async function comparison(text) {
    if ([...text].length < rules.shortest) return show("short", { shortest: String(rules.shortest) })
    let letters
    try {
      letters = [...await fingerprints(), ...invented()]
    } catch {
      return show("failed")
    }
    const own = signature(text, rules.size, rules.count)
    answer.dataset.fingerprint = btoa(String.fromCharCode(...new Uint8Array(own.buffer))).replaceAll("+", ".")
    const near = letters.map((letter) => alike(own, read(letter.fingerprint)))
    const best = near.indexOf(Math.max(...near))
    if (near[best] >= rules.same) return found(letters[best], near[best])
    show("none", {
      held: String(held.length),
      near: percent.format(near[best] || 0),
      same: percent.format(rules.same),
    }, { near: near[best] > 0 })
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault()
    comparison(form.elements.letter.value)
  })
  form.addEventListener("input", () => answer.replaceChildren())
  form.addEventListener("click", (event) => {
    const place = event.target.dataset.invented
    if (place === undefined) return
    form.elements.letter.value = compare.querySelector(`template[data-invented-letter="${place}"]`).content.textContent
    form.requestSubmit()
  })
}
