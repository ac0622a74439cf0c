"use strict";

const assert = require("node:assert");
const test = require("node:test");
const {againstLine, blocksLine, strip} = require("../../scripts/pushbench/report/web/browser/figure_card.js");

const FIGURE = {middle: 2, low: 1, high: 4, blocks: {1: 1.5, 2: 2, 3: 2.5},
                against: {sse: ["2 ×", "1.5–2.5", "more", "duet"], floor: ["3 ×", "", "open"], self: ["", "", "base"]}};

test("a point for each block above the line of the interval", () => {
  const drawn = strip(FIGURE);
  assert.strictEqual(drawn.match(/<circle/g).length, 3);
  assert.match(drawn, /x1="10.0" x2="250.0"/);
  assert.match(drawn, />1<\/text>.*>4<\/text>/);
});

test("nothing is drawn of one value, or of values that are all the same", () => {
  assert.strictEqual(strip({middle: 1}) + strip({middle: 2, blocks: {1: 2, 2: 2}}), "");
});

test("blocks and ratios in words", () => {
  assert.strictEqual(blocksLine(FIGURE), "Blocks: 1: 1.5, 2: 2, 3: 2.5");
  assert.strictEqual(blocksLine({middle: 1}), "");
  assert.strictEqual(againstLine(FIGURE, "sse", "SSE"), "2 × SSE [1.5–2.5], as a duet: more");
  assert.strictEqual(againstLine(FIGURE, "floor", "Floor"), "3 × Floor: not told apart");
  assert.strictEqual(againstLine(FIGURE, "self", "It") + againstLine(FIGURE, "none", "No"), "");
});
