// The map as a picture, and which place a point of it is. Strings and numbers only: the page is not asked.
"use strict";

const {isAllBeyond, kindsOf} = require("./plan_cells.js");
const {STEPS, span} = require("./plan_steps.js");

const CELL = 20, LEFT = 58, BOTTOM = 46, TOP = 4;
const ACROSS = STEPS.every_s.length, UP = STEPS.staleness_s.length;
const WIDTH = LEFT + ACROSS * CELL + 6, HEIGHT = TOP + UP * CELL + BOTTOM;
const MARKED = [1, 4, 7, 10, 13, 16, 18]; // the steps across that there is room to name
// A colour is told from another by its pattern too: each family has lines of its own.
const LINES = ["", "M0 10L10 0", "M5 0V10", "M0 5H10"];

const xOf = column => LEFT + column * CELL, yOf = row => TOP + (UP - 1 - row) * CELL;
const square = (x, y, what, size = CELL) => `<rect x="${x}" y="${y}" width="${size}" height="${size}" ${what}/>`;
const word = (x, y, anchor, text) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

function patterns(kinds) {
  return [...kinds.values()].map(({colour}, at) => `<pattern id="map-kind-${at}" width="10" height="10" `
    + `patternUnits="userSpaceOnUse"><rect width="10" height="10" fill="${colour}"/><path stroke="#fff" `
    + `stroke-width="1.6" stroke-opacity=".75" d="${LINES[at % LINES.length]}"/></pattern>`).join("");
}

function drawnCell(cell, names, x, y, marksBeyond) {
  if (!cell.least) return square(x, y, 'class="none"');
  const fill = each => `fill="url(#map-kind-${names.indexOf(each)})"`;
  // Not told apart: half of the cell is the other's.
  const other = cell.open.length ? `<path d="M${x} ${y + CELL}h${CELL}v${-CELL}z" ${fill(cell.open[0])}/>` : "";
  const point = marksBeyond && cell.beyond
    ? `<circle cx="${x + CELL / 2}" cy="${y + CELL / 2}" r="2" class="beyond"/>` : "";
  return square(x, y, fill(cell.least)) + other + point;
}

// `at`: the places of the sliders, as steps.
function drawn(model, cells, at) {
  const kinds = kindsOf(model), names = [...kinds.keys()], marksBeyond = !isAllBeyond(cells);
  const squares = cells.flatMap((line, row) => line.map(
    (cell, column) => drawnCell(cell, names, xOf(column), yOf(row), marksBeyond)));
  const across = MARKED.map(column => word(xOf(column) + CELL / 2, HEIGHT - 30, "middle", span(STEPS.every_s[column])));
  const up = STEPS.staleness_s.map((wait, row) => row % 2 ? "" : word(LEFT - 5, yOf(row) + 14, "end", span(wait)));
  const here = square(xOf(at.every_s) + 1, yOf(at.staleness_s) + 1, 'class="here"', CELL - 2);
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><defs>${patterns(kinds)}</defs>`
    + [...squares, here, ...across, ...up].join("")
    + word(LEFT + ACROSS * CELL / 2, HEIGHT - 8, "middle", "across: each is notified every …; up: so late is fine")
    + "</svg>";
}

// By shares of the picture's width and height; null: beside the map.
function placeAt(right, down) {
  const column = Math.floor((right * WIDTH - LEFT) / CELL), row = UP - 1 - Math.floor((down * HEIGHT - TOP) / CELL);
  return column >= 0 && column < ACROSS && row >= 0 && row < UP ? {every_s: column, staleness_s: row} : null;
}

module.exports = {drawn, placeAt};
