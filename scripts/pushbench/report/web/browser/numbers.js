// What a cell of a table says, as a number: to sort by.
"use strict";

const SCALE = {"µs": 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024,
               MiB: 1024 ** 2, GiB: 1024 ** 3, M: 1e6, "%": 1, "×": 1};
// A number stands first, apart from what bounds it: "≤ 5 s", "< 0.2", "≈ 0", "−3.1 %". A name that has one is a name.
const FIGURE = /^[≤<>≈~+ \u00a0]*([−-]?\d[\d,]*(?:\.\d+)?)(?![\w.]*__)[ \u00a0]*(M(?![\w]))?[ \u00a0]*([µ%×\w]*)/;

// null: it is none.
function valueOf(text) {
  const found = FIGURE.exec(text.trim());
  if (!found) return null;
  const [, digits, millions, unit] = found;
  return Number(digits.replaceAll(",", "").replace("−", "-")) * (millions ? 1e6 : 1) * (SCALE[unit] ?? 1);
}

// The figure alone: what stands below it in small letters is its interval.
function shownText(cell) {
  const strong = cell.querySelector("b");
  if (strong) return strong.textContent;
  let text = "";
  for (const each of cell.childNodes) {
    if (each.nodeName === "BR" || each.nodeName === "SMALL") break;
    text += each.textContent;
  }
  return text.trim();
}

const COLLATOR = new Intl.Collator("en", {numeric: true});

// Numbers where most are numbers, else words. What is missing comes last, whichever way it is sorted.
function orderOf(texts, descending) {
  const values = texts.map(valueOf), told = texts.filter(text => text && text !== "–").length;
  const byNumber = values.filter(value => value !== null).length * 2 > told;
  const missing = at => byNumber ? values[at] === null : !texts[at] || texts[at] === "–";
  const compare = (a, b) => byNumber ? values[a] - values[b] : COLLATOR.compare(texts[a], texts[b]);
  return texts.map((_, at) => at).sort((a, b) => missing(a) - missing(b) || (missing(a) ? a - b
    : (descending ? compare(b, a) : compare(a, b)) || a - b));
}

// As scripts/pushbench/prose.py has it: nobody counts zeros, at either end.
const LEAST = 0.0001, MOST = 1e15, MILLION = 1e6;

function inDigits(format, value) {
  const size = Math.abs(value), sign = value < 0 ? "−" : "";
  if (size > 0 && size < LEAST) return value > 0 ? "< 0.0001" : "≈ 0";
  if (size > MOST) return `${value > 0 ? ">" : "<"} ${sign}1,000,000,000\u00a0M`;
  return sign + (size < MILLION ? format.format(size) : format.format(size / MILLION) + "\u00a0M");
}

const significant = most => new Intl.NumberFormat("en", {maximumSignificantDigits: most});
const TWO = significant(2), THREE = significant(3);
const two = value => inDigits(TWO, value), three = value => inDigits(THREE, value);

module.exports = {valueOf, shownText, orderOf, two, three};
