// Figures that can be pointed at, tapped, or reached by the keyboard: one stop of the Tab key for each table, and from
// there the arrow keys.
"use strict";

const {fill, place} = require("./figure_card.js");

const CELLS = "td[data-says]";
const STEPS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};

function start(data, state) {
  const card = document.getElementById("figure-card");
  let shown = null, isPinned = false;

  const linesOf = cell => cell.dataset.says.split("\n");

  function show(cell) {
    hide();
    shown = cell;
    const row = cell.parentElement.cells[0].textContent.trim();
    fill(card, {title: row, said: linesOf(cell), figure: data.figures[cell.dataset.f],
                base: state.base, name: data.bases[state.base]});
    card.hidden = false;
    cell.setAttribute("aria-describedby", card.id);
    cell.classList.add("pointed");
    place(card, cell);
  }

  function hide() {
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown.classList.remove("pointed");
    shown = null;
    isPinned = false;
    card.hidden = true;
  }

  function step(cell, [down, right]) {
    const rows = [...cell.closest("table").rows].filter(row => row.getClientRects().length && row.querySelector(CELLS));
    let at = rows.indexOf(cell.parentElement) + down, column = cell.cellIndex + right;
    for (; rows[at]; at += down || rows.length) {
      for (; rows[at].cells[column]; column += right || 99) {
        if (rows[at].cells[column].matches(CELLS)) return rows[at].cells[column];
      }
      if (!down) break;
      column = cell.cellIndex;
    }
    return null;
  }

  document.addEventListener("keydown", event => {
    const cell = event.target.closest(CELLS);
    if (event.key === "Escape" && shown) hide();
    if (!cell || !STEPS[event.key]) return;
    event.preventDefault();
    const next = step(cell, STEPS[event.key]);
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  });
  document.addEventListener("focusin", event => {
    const cell = event.target.closest(CELLS);
    if (cell) show(cell);
    else if (!card.contains(event.target)) hide();
  });
  document.addEventListener("pointerover", event => {
    if (event.pointerType === "touch" || isPinned) return;
    const cell = event.target.closest(CELLS);
    if (cell) show(cell);
    else if (shown && shown !== document.activeElement && !card.contains(event.target)) hide();
  });
  document.addEventListener("click", event => {
    const cell = event.target.closest(CELLS);
    if (cell) {
      show(cell);
      isPinned = true; // so that its trials can be marked and copied
    } else if (!card.contains(event.target)) hide();
  });
  addEventListener("scroll", () => { if (shown) place(card, shown); }, {passive: true, capture: true});

  // The words move from the browser's own tooltip into the card: two of them would lie over each other.
  for (const cell of document.querySelectorAll("td.figure[title]")) {
    cell.dataset.says = cell.title;
    cell.removeAttribute("title");
    cell.tabIndex = -1;
  }
  for (const table of document.querySelectorAll(`table:has(${CELLS})`)) {
    table.setAttribute("role", "grid");
    table.querySelector(CELLS).tabIndex = 0;
  }
}

module.exports = {start};
