// A pointer or the arrow keys on a chart show what stands in the table below it, mark by mark:
// the exact value, what it rests on, and the way to its figure and its cases. Without this
// script the table says the same.
"use strict";

const LEAVE = 250; // ms in which a pointer can reach the note

for (const figure of document.querySelectorAll("figure.chart")) {
  const rows = new Map();
  for (const row of figure.querySelectorAll("tbody tr")) {
    rows.set(row.querySelector("[data-figure]").dataset.figure, row);
  }
  for (const drawing of figure.querySelectorAll(":scope > .chart-wide, :scope > .chart-narrow")) {
    enrich(drawing, rows);
  }
}

function enrich(drawing, rows) {
  const svg = drawing.querySelector("svg");
  const name = svg.querySelector("title");
  svg.removeAttribute("aria-labelledby");
  svg.setAttribute("aria-label", name.textContent);
  svg.setAttribute("aria-describedby", svg.querySelector("desc").id);
  name.remove(); // a browser would show it over the note
  const note = document.createElement("div");
  note.className = "chart-note";
  note.dataset.mark = "computed";
  note.setAttribute("role", "status");
  note.hidden = true;
  drawing.append(note);
  drawing.tabIndex = 0;
  drawing.setAttribute("role", "group");
  drawing.setAttribute("aria-label", svg.getAttribute("aria-label"));

  const order = [...svg.querySelectorAll("text[data-figure]")].map((text) => text.dataset.figure);
  let place = 0;
  let timer = 0;

  function show(id, near) {
    const row = rows.get(id);
    if (!row) return;
    clearTimeout(timer);
    mark(id);
    note.replaceChildren(...[...row.cells].map((cell) => {
      const line = document.createElement("p");
      line.append(...cell.cloneNode(true).childNodes);
      return line;
    }));
    note.hidden = false;
    const box = drawing.getBoundingClientRect();
    const at = near.getBoundingClientRect();
    const left = Math.min(at.left - box.left, box.width - note.offsetWidth);
    note.style.left = `${Math.max(0, left)}px`;
    note.style.top = `${at.bottom - box.top + 6}px`;
  }

  function hide() {
    clearTimeout(timer);
    note.hidden = true;
    mark("");
  }

  function mark(id) {
    for (const each of svg.querySelectorAll("[data-figure], [data-of]")) {
      each.classList.toggle("chart-on", (each.dataset.figure || each.dataset.of) === id);
    }
  }

  function step(by) {
    place = (place + by + order.length) % order.length;
    show(order[place], svg.querySelector(`text[data-figure="${CSS.escape(order[place])}"]`));
  }

  svg.addEventListener("pointerover", (event) => {
    const near = event.target.closest("[data-figure], [data-of]");
    if (!near) return;
    const id = near.dataset.figure || near.dataset.of;
    place = Math.max(0, order.indexOf(id));
    show(id, near);
  });
  drawing.addEventListener("pointerleave", () => { timer = setTimeout(hide, LEAVE); });
  drawing.addEventListener("pointerenter", () => clearTimeout(timer));
  drawing.addEventListener("focus", () => { if (drawing.matches(":focus-visible")) step(0); });
  drawing.addEventListener("focusout", (event) => {
    if (!drawing.contains(event.relatedTarget)) hide();
  });
  drawing.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === "Escape") hide();
    if (!by) return;
    event.preventDefault();
    step(by);
  });
}
