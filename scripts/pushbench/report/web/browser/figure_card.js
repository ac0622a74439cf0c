// What stands behind a figure: its interval, its blocks, its ratios and its trials, as a card beside it.
"use strict";

const {three} = require("./numbers.js");

const WIDTH = 260, HEIGHT = 44, EDGE = 10;

const made = (name, text, className) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
};

// Blocks as points above the line of their interval. A string, so that a test needs no page.
function strip(figure) {
  const values = Object.values(figure.blocks || {});
  const all = [...values, figure.middle, figure.low, figure.high].filter(Number.isFinite);
  const least = Math.min(...all), most = Math.max(...all);
  if (values.length < 2 || least === most) return "";
  const at = value => (EDGE + (value - least) / (most - least) * (WIDTH - 2 * EDGE)).toFixed(1);
  const points = values.map(value => `<circle cx="${at(value)}" cy="12" r="4"/>`).join("");
  const line = figure.low === undefined ? ""
    : `<line x1="${at(figure.low)}" x2="${at(figure.high)}" y1="26" y2="26"/>`;
  return `<svg class="strip" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${points}${line}`
    + `<line class="mean" x1="${at(figure.middle)}" x2="${at(figure.middle)}" y1="20" y2="32"/>`
    + `<text x="${EDGE}" y="43">${three(least)}</text>`
    + `<text x="${WIDTH - EDGE}" y="43" text-anchor="end">${three(most)}</text></svg>`;
}

function blocksLine(figure) {
  const blocks = Object.entries(figure.blocks || {});
  return blocks.length ? "Blocks: " + blocks.map(([block, value]) => `${block}: ${three(value)}`).join(", ") : "";
}

const TELLS = {same: "no practical difference", more: "more", less: "less", open: "not told apart", base: ""};

function againstLine(figure, base, name) {
  const [ratio, interval, tells, how] = figure.against?.[base] || [];
  if (!ratio) return "";
  return `${ratio} ${name}${interval && ` [${interval}]`}${how ? ", as a duet" : ""}: ${TELLS[tells]}`;
}

// `said` are the words of the page, a line each: the figure first, its trials last.
function fill(card, {title, said, figure, base, name}) {
  const [first, ...rest] = said;
  card.replaceChildren(made("b", title), made("p", first));
  if (figure) {
    const drawn = strip(figure);
    if (drawn) card.insertAdjacentHTML("beforeend", drawn);
    for (const line of [blocksLine(figure), base && againstLine(figure, base, name)]) {
      if (line) card.append(made("p", line));
    }
  }
  for (const line of rest) card.append(made("p", line, line.startsWith("From trials/") ? "trials" : ""));
}

// Below the figure, or above it where there is no room; on a phone at the lower edge, where the thumb does not hide it.
function place(card, cell) {
  const box = cell.getBoundingClientRect(), page = document.documentElement;
  if (page.clientWidth < 640) {
    card.style.cssText = "left: .5rem; right: .5rem; bottom: .5rem; max-width: none";
    return;
  }
  const left = Math.max(8, Math.min(box.left, page.clientWidth - card.offsetWidth - 8));
  const below = box.bottom + 6 + card.offsetHeight <= innerHeight;
  const top = below ? box.bottom + 6 : Math.max(8, box.top - card.offsetHeight - 6);
  card.style.cssText = `left: ${left}px; top: ${top}px`;
}

module.exports = {strip, blocksLine, againstLine, fill, place};
