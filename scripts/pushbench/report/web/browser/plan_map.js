// The map: who costs the least at each place of two sliders, the others standing where they stand.
"use strict";

const {plan} = require("./plan.js");
const {SAID, STEPS, span} = require("./plan_steps.js");

const CELL = 20, LEFT = 58, BOTTOM = 46, TOP = 4;
const TAKEN = ["least", "no practical difference", "not told apart"];

// Streams cost so nearly the same that a map of one against the other would show noise.
function family(one) {
  return one.polls || one.asks_again ? one.name : "stream";
}

// Of one place: the family that costs the least, and those that the intervals do not tell from it.
function cellOf(model, ask) {
  const rows = plan(model, ask), kinds = new Map(model.transports.map(one => [one.name, family(one)]));
  const least = rows.find(each => each.standing === "least");
  if (!least) return {least: null, open: [], beyond: false};
  const near = rows.filter(each => TAKEN.includes(each.standing)).map(each => kinds.get(each.name));
  const own = kinds.get(least.name);
  return {least: own, open: [...new Set(near)].filter(each => each !== own), beyond: Object.keys(least.beyond).length > 0};
}

// By wait, then by how often: rows from the shortest wait up.
function cellsOf(model, ask) {
  return STEPS.staleness_s.map(staleness_s => STEPS.every_s.map(
    every_s => cellOf(model, {...ask, staleness_s, every_s})));
}

function kindsOf(model) {
  const kinds = new Map();
  for (const one of model.transports) {
    const kind = family(one), known = kinds.get(kind);
    kinds.set(kind, known ? {...known, title: `${known.title} or ${one.title}`} : {title: one.title, colour: one.colour});
  }
  return kinds;
}

// A colour is told from another by its pattern too: each family has lines of its own.
const PATTERNS = ["", "M0 10L10 0", "M5 0V10", "M0 5H10"];

function patterns(kinds) {
  return [...kinds.values()].map(({colour}, at) => `<pattern id="map-kind-${at}" width="10" height="10" `
    + `patternUnits="userSpaceOnUse"><rect width="10" height="10" fill="${colour}"/>`
    + `<path d="${PATTERNS[at % PATTERNS.length]}" stroke="#fff" stroke-width="1.6" stroke-opacity=".75"/></pattern>`).join("");
}

function rect(cell, names, x, y, marksBeyond) {
  if (!cell.least) return `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" class="none"/>`;
  const fill = each => `fill="url(#map-kind-${names.indexOf(each)})"`;
  const own = `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" ${fill(cell.least)}/>`;
  // Not told apart: half of the cell is the other's.
  const other = cell.open.length ? `<path d="M${x} ${y + CELL}h${CELL}v${-CELL}z" ${fill(cell.open[0])}/>` : "";
  return own + other + (marksBeyond && cell.beyond ? `<circle cx="${x + CELL / 2}" cy="${y + CELL / 2}" r="2" class="beyond"/>` : "");
}

// A mark that each of them has tells none from another: then a sentence says it.
const isAllBeyond = cells => cells.flat().every(each => each.beyond || !each.least);

function drawn(model, cells, at) {
  const kinds = kindsOf(model), names = [...kinds.keys()], rows = cells.length, across = cells[0].length;
  const width = LEFT + across * CELL + 6, height = TOP + rows * CELL + BOTTOM;
  const x = column => LEFT + column * CELL, y = row => TOP + (rows - 1 - row) * CELL;
  const marksBeyond = !isAllBeyond(cells);
  const rects = cells.map((line, row) => line.map((cell, column) => rect(cell, names, x(column), y(row), marksBeyond)).join("")).join("");
  const across_marks = [1, 4, 7, 10, 13, 16, 18].map(column => `<text x="${x(column) + CELL / 2}" y="${height - 30}" `
    + `text-anchor="middle">${span(STEPS.every_s[column])}</text>`).join("");
  const up_marks = STEPS.staleness_s.map((wait, row) => row % 2 ? "" : `<text x="${LEFT - 5}" y="${y(row) + 14}" `
    + `text-anchor="end">${span(wait)}</text>`).join("");
  const here = `<rect x="${x(at.every_s) + 1}" y="${y(at.staleness_s) + 1}" width="${CELL - 2}" height="${CELL - 2}" class="here"/>`;
  return `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true"><defs>${patterns(kinds)}</defs>${rects}${here}`
    + `${across_marks}${up_marks}<text x="${LEFT + across * CELL / 2}" y="${height - 8}" text-anchor="middle">`
    + "each is notified every …</text></svg>";
}

// Where in the grid a point of the picture lies; null: beside it.
function placeAt(share_x, share_y) {
  const rows = STEPS.staleness_s.length, across = STEPS.every_s.length;
  const width = LEFT + across * CELL + 6, height = TOP + rows * CELL + BOTTOM;
  const column = Math.floor((share_x * width - LEFT) / CELL), row = rows - 1 - Math.floor((share_y * height - TOP) / CELL);
  return column >= 0 && column < across && row >= 0 && row < rows ? {every_s: column, staleness_s: row} : null;
}

function cellText(model, cell, ask) {
  const kinds = kindsOf(model), title = each => kinds.get(each).title;
  const where = `${SAID.every_s(ask.every_s)}, ${span(ask.staleness_s)} late is fine: `;
  if (!cell.least) return where + "none is in time";
  return where + title(cell.least) + (cell.open.length ? `, not told apart from ${cell.open.map(title).join(" and ")}` : "")
    + (cell.beyond ? " (extrapolated)" : "");
}

// What the whole map says, for who does not see it.
function summary(model, cells) {
  const flat = cells.flat(), kinds = kindsOf(model);
  const parts = [...kinds].map(([kind, {title}]) => [title, flat.filter(each => each.least === kind && !each.open.length).length]);
  const open = flat.filter(each => each.least && each.open.length).length;
  return [...parts.filter(([, count]) => count).map(([title, count]) => `${title} in ${count}`), ...(open ? [`open in ${open}`] : [])]
    .join(", ") + ` of ${flat.length} places`;
}

module.exports = {cellOf, cellsOf, isAllBeyond, kindsOf, drawn, placeAt, cellText, summary};
