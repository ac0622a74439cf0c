// Tables are sorted by a click on a column's name: upwards, downwards, and as they were.
"use strict";

const {announce} = require("./announce.js");
const {orderOf, shownText} = require("./numbers.js");

const LEAST_ROWS = 3, NEXT = {none: "ascending", ascending: "descending", descending: "none"};
const SAYS = {none: "as it was", ascending: "upwards", descending: "downwards"};

const isHeading = row => row.matches(".columns") || row.querySelector("th[scope=rowgroup]");

// The rows below a line of column names, in the groups that they stay in.
function groupsBelow(header) {
  const table = header.closest("table");
  const bodies = header.parentElement.matches("thead") ? [...table.tBodies] : [header.parentElement];
  return bodies.map(body => [...body.rows].filter(row => !isHeading(row))).filter(rows => rows.length > 1);
}

function sort(groups, at, direction) {
  for (const {body, rows} of groups) {
    const texts = rows.map(row => row.cells[at] && row.cells[at].colSpan === 1 ? shownText(row.cells[at]) : "");
    const order = direction === "none" ? rows.map((_, each) => each) : orderOf(texts, direction === "descending");
    body.append(...order.map(each => rows[each]));
  }
}

function prepare(header) {
  const groups = groupsBelow(header).map(rows => ({body: rows[0].parentElement, rows}));
  if (!groups.some(({rows}) => rows.length >= LEAST_ROWS)) return;
  for (const cell of header.cells) {
    if (!cell.textContent.trim() || cell.colSpan > 1) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...cell.childNodes);
    cell.append(button);
    cell.setAttribute("aria-sort", "none");
    cell.scope = "col";
  }
  header.addEventListener("click", event => {
    const cell = event.target.closest("button.sort")?.closest("th");
    if (!cell) return;
    const direction = NEXT[cell.getAttribute("aria-sort")];
    for (const each of header.querySelectorAll("[aria-sort]")) each.setAttribute("aria-sort", "none");
    cell.setAttribute("aria-sort", direction);
    sort(groups, cell.cellIndex, direction);
    announce(`${cell.innerText.trim().replace(/\s+/g, " ")}: sorted ${SAYS[direction]}`);
  });
}

// Hundreds of buttons that few will press: made when a table comes near the screen, or is printed, or asked for.
function start() {
  const near = new IntersectionObserver(seen => {
    for (const {isIntersecting, target} of seen) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      for (const header of target.querySelectorAll("tr.columns")) prepare(header);
    }
  }, {rootMargin: "400px"});
  for (const table of document.querySelectorAll("table:has(tr.columns):not(.plan)")) near.observe(table);
}

module.exports = {start};
