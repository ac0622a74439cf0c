"use strict";

const assert = require("node:assert");
const test = require("node:test");
const BROWSER = "../../scripts/pushbench/report/web/browser";
const {columns, leftOut, looks, readings, shownCurves, workloadsIn} = require(`${BROWSER}/curve_set.js`);
const {isAll, kept, moved, nearer, tail} = require(`${BROWSER}/curve_view.js`);
const {marksBetween, msText, ninesOf, shareText} = require(`${BROWSER}/nines.js`);

const curve = (scenario, transport, ms, at = "") => ({
  scenario, case: at, transport, ms, name: transport, colour: "#123"});
const ALL = [curve("sparse", "sse", [1, 2, 3]), curve("sparse", "floor", [1]), curve("burst", "sse", [4, 5], "rate=5")];

test("shares, as far as they must be told from all", () => {
  assert.deepStrictEqual([0, 1, 2, 3, 4].map(shareText), ["0 %", "90 %", "99 %", "99.9 %", "99.99 %"]);
  assert.deepStrictEqual([50, 75, 95, 97.5, 99.75].map(each => shareText(ninesOf(each))),
                         ["50 %", "75 %", "95 %", "97.5 %", "99.75 %"]);
});

test("marks between two ends, fewer where they would be too many", () => {
  assert.deepStrictEqual(marksBetween(1, 2).map(shareText), ["90 %", "95 %", "97.5 %", "99 %"]);
  assert.deepStrictEqual(marksBetween(0, 4, 6).map(shareText), ["0 %", "90 %", "99 %", "99.9 %", "99.99 %"]);
});

test("times in the unit that they are read in", () => {
  assert.deepStrictEqual([0.0123, 0.33, 12, 1500].map(msText), ["12.3 µs", "0.33 ms", "12 ms", "1.5 s"]);
});

test("workloads in the order of the data, and the curves of those that are chosen", () => {
  assert.deepStrictEqual(workloadsIn(ALL), ["sparse", "burst, rate=5"]);
  assert.deepStrictEqual(shownCurves(ALL, ["sparse"], new Set(["floor"])), [ALL[0]]);
});

test("curves of unlike length share one column of nines", () => {
  const [nines, ...values] = columns([ALL[0], ALL[2]], 2);
  assert.deepStrictEqual([nines, ...values], [[0, 0.5, 1], [1, 2, 3], [4, 5, null]]);
  assert.deepStrictEqual(readings([ALL[0], ALL[2]], 2), [3, null]);
  assert.deepStrictEqual(columns([], 2), [[0, 0.5]]);
});

test("a workload is told by its line, and named where there are several", () => {
  const both = ["sparse", "burst, rate=5"];
  assert.notDeepStrictEqual(looks(ALL[0], both).dash, looks(ALL[2], both).dash);
  assert.deepStrictEqual([looks(ALL[2], both).label, looks(ALL[0], ["sparse"]).label], ["sse (burst, rate=5)", "sse"]);
});

test("the floors of several workloads have a line each, as all others have", () => {
  const names = ["broadcast", "sparse", "stream"], floors = names.map(name => curve(name, "floor", [1, 2]));
  assert.strictEqual(new Set(floors.map(each => String(looks(each, names, floors).dash))).size, 3);
  assert.deepStrictEqual(floors.map(each => looks(each, names, floors).label),
                         ["floor (broadcast)", "floor (sparse)", "floor (stream)"]);
});

test("two of one colour in a workload have lines that no other has", () => {
  const names = ["sparse", "stream"], four = names.flatMap(name => ["sse", "sse-shared"].map(
    transport => curve(name, transport, [1, 2])));
  assert.strictEqual(new Set(four.map(each => String(looks(each, names, four).dash))).size, 4);
});

test("from 99 % on is from 99 % on, or not to be had", () => {
  assert.deepStrictEqual(tail(2.29, 0.08), [2, 2.29]);
  assert.deepStrictEqual(tail(4, 0.08), [2, 4]);
  assert.strictEqual(tail(1.04, 0.08), null);
  assert.strictEqual(tail(2.05, 0.08), null);
});

test("zoomed around a place, moved by a share, and never beyond the ends", () => {
  assert.deepStrictEqual(nearer([0, 4], 1, 0.5, 4), [0.5, 2.5]);
  assert.deepStrictEqual(nearer([1, 3], 2, 4, 4), [0, 4]);
  assert.deepStrictEqual(nearer([1, 3], 9, 0.5, 4), [2, 3]);
  assert.deepStrictEqual(moved([1, 2], 0.25, 4), [1.25, 2.25]);
  assert.deepStrictEqual(moved([1, 2], -9, 4), [0, 1]);
  assert.deepStrictEqual(moved([1, 2], 9, 4), [3, 4]);
});

test("other curves are seen from where the last ones were", () => {
  assert.deepStrictEqual(kept([1, 2], 3, 0.08), [1, 2]);
  assert.deepStrictEqual(kept([1, 2], 1.5, 0.08), [1, 1.5]);
  assert.deepStrictEqual([kept([2, 2.3], 1, 0.08), kept(null, 3, 0.08)], [null, null]);
  assert.deepStrictEqual([isAll([0, 3], 3), isAll([0, 2], 3)], [true, false]);
});

test("one curve is no plural", () => assert.deepStrictEqual([0, 1, 1200].map(leftOut), [
  "", " One curve more is not in the page.", " 1,200 curves more are not in the page."]));
