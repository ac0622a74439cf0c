"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {orderOf, three, two, valueOf} = require("../../scripts/pushbench/report/web/browser/numbers.js");

test("a cell's number, whatever bounds it and whatever its unit", () => {
  for (const [text, value] of [["1,240", 1240], ["5.04 M", 5.04e6], ["≤ 5 s", 5], ["330 µs", 330e-6],
                               ["0.33 ms [0.15–0.73]", 0.00033],
                               ["−3.1 %", -3.1],
                               ["≈ 0", 0], ["< 0.2", 0.2], ["< 0.0001", 0.0001],
                               ["3.76 KiB", 3.76 * 1024], ["2 min", 120]]) {
    assert.ok(Math.abs(valueOf(text) - value) <= 1e-9 * Math.abs(value), `${text} → ${valueOf(text)}`);
  }
  for (const text of ["", "–", "not run", "SSE", "b1__a1.json"]) assert.strictEqual(valueOf(text), null, text);
});

test("numbers by number, words by word, what is missing last", () => {
  assert.deepStrictEqual(orderOf(["10", "9", "–", "100"], false), [1, 0, 3, 2]);
  assert.deepStrictEqual(orderOf(["10", "9", "–", "100"], true), [3, 0, 1, 2]);
  assert.deepStrictEqual(orderOf(["b", "a", "", "c"], true), [3, 0, 1, 2]);
  assert.deepStrictEqual(orderOf(["1 s", "200 ms", "3 µs"], false), [2, 1, 0]);
});

test("equal cells stay as they stood", () => {
  assert.deepStrictEqual(orderOf(["1", "1", "0"], false), [2, 0, 1]);
  assert.deepStrictEqual(orderOf(["1", "1", "0"], true), [0, 1, 2]);
});

test("three digits", () => assert.deepStrictEqual([0.33333, 1234.5, -2].map(three), ["0.333", "1,230", "−2"]));

test("nobody counts zeros, at either end", () => {
  assert.deepStrictEqual([3.8e-6, 6.5e-128, -1e-9, 0, 0.0001].map(two),
                         ["< 0.0001", "< 0.0001", "≈ 0", "0", "0.0001"]);
  assert.deepStrictEqual([8.5e9, -5e6, 1e128].map(two),
                         ["8,500\u00a0M", "−5\u00a0M", "> 1,000,000,000\u00a0M"]);
  assert.strictEqual(valueOf(two(8.5e9)), 8.5e9);
});
