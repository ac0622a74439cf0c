// The scale of percentiles: each further nine gets the same room. At 0 lies 0 %, at 1 90 %, at 2 99 %.
"use strict";

const {three} = require("./numbers.js");

const MARKS = [0, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999];

// 1 → "90 %", 3 → "99.9 %": what lies beyond has two digits.
function shareText(nines) {
  const beyond = 10 ** -nines * 100, digits = Math.max(0, Math.ceil(nines - 1e-9) - 1);
  return (100 - beyond).toFixed(Math.min(digits, 4)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "") + " %";
}

const ninesOf = share => -Math.log10(1 - share / 100);

// The marks between two ends: whole nines, and those between where there is room for them.
function marksBetween(from, to, most = 7) {
  const inside = MARKS.map(ninesOf).filter(each => each >= from - 1e-9 && each <= to + 1e-9);
  const whole = inside.filter(each => Math.abs(each - Math.round(each)) < 1e-6);
  return inside.length <= most || whole.length < 2 ? inside : whole;
}

const msText = ms => ms >= 1000 ? three(ms / 1000) + " s" : ms < 0.1 ? three(ms * 1000) + " µs" : three(ms) + " ms";

module.exports = {shareText, ninesOf, marksBetween, msText};
