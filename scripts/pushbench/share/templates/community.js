"use strict";
// Sorts the rows of a table by one of their keys; once more the other way round. What is missing comes last.
const compared = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });

const sort = (button) => {
  const table = button.closest("table"), key = Number(button.dataset.sort), body = table.tBodies[0];
  const down = button.dataset.order === "up", keyOf = (row) => JSON.parse(row.dataset.keys)[key];
  const rows = [...body.rows].map((row) => ({ row, key: keyOf(row) }));
  rows.sort((a, b) => (a.key === null) - (b.key === null) || (a.key === null ? 0 : compared(a.key, b.key) * (down ? -1 : 1)));
  body.append(...rows.map(({ row }) => row));
  for (const each of table.querySelectorAll("button[data-sort]")) {
    const chosen = each === button;
    each.setAttribute("aria-pressed", String(chosen));
    if (chosen) each.dataset.order = down ? "down" : "up"; else delete each.dataset.order;
  }
  for (const head of table.tHead.rows[0].cells) {
    head.removeAttribute("aria-sort");
    if (head.contains(button)) head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  document.getElementById("said").textContent = `sorted by ${button.textContent}, ${down ? "descending" : "ascending"}`;
};

for (const button of document.querySelectorAll("button[data-sort]")) {
  button.setAttribute("aria-pressed", "false");
  button.addEventListener("click", () => sort(button));
}

// A link to what is folded opens it.
const open = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details");
  if (folded) { folded.open = true; target.scrollIntoView(); }
};
addEventListener("hashchange", open);
open();

// A table that is wider than the page says so.
const hint = () => {
  for (const box of document.querySelectorAll(".scroll")) box.querySelector(".hint").hidden = box.scrollWidth <= box.clientWidth + 1;
};
addEventListener("resize", hint);
hint();
