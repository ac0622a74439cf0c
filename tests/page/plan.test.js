"use strict";

const assert = require("node:assert");
const test = require("node:test");
const BROWSER = "../../scripts/pushbench/report/web/browser";
const {drawn, placeAt} = require(`${BROWSER}/map_drawing.js`);
const {cellText, isAllBeyond, kindsOf, summary} = require(`${BROWSER}/plan_cells.js`);
const {passedOver} = require(`${BROWSER}/plan.js`);
const {STEPS, fromHash, toHash} = require(`${BROWSER}/plan_steps.js`);
const {commandOf, duration, figure} = require(`${BROWSER}/plan_words.js`);

const MODEL = {transports: [{name: "sse", title: "SSE", colour: "#1"},
                            {name: "websocket", title: "WebSocket", colour: "#2"},
                            {name: "short-poll", title: "Short poll", colour: "#3", polls: true}]};
const STREAM = {least: "stream", open: [], beyond: false}, OPEN = {least: "short-poll", open: ["stream"], beyond: true};
const NONE = {least: null, open: [], beyond: false};

test("a plan goes into a link and comes back", () => {
  const ask = {users: 5000, every_s: 10, staleness_s: 0.5, rtt_s: 0, payload_bytes: 300, shared: true};
  const {shared, ...places} = fromHash(toHash(ask));
  assert.ok(shared);
  for (const [name, at] of Object.entries(places)) assert.strictEqual(STEPS[name][at], ask[name], name);
  assert.strictEqual(Object.keys(places).length, 5);
});

test("what a link says that no slider has is not taken", () => {
  assert.deepStrictEqual(fromHash("#plan:users=7,every_s=x,payload_bytes=64"), {shared: false, payload_bytes: 2});
  assert.strictEqual(fromHash("#claim-R4"), null);
});

test("streams are one family, and named together", () => {
  assert.deepStrictEqual([...kindsOf(MODEL)].map(([kind, {title}]) => [kind, title]),
                         [["stream", "SSE or WebSocket"], ["short-poll", "Short poll"]]);
});

test("a place of the map in words", () => {
  const ask = {every_s: 60, staleness_s: 0.5};
  assert.strictEqual(cellText(MODEL, STREAM, ask), "every 1 min, 500 ms late is fine: SSE or WebSocket");
  assert.strictEqual(cellText(MODEL, OPEN, ask), "every 1 min, 500 ms late is fine: Short poll, not told apart from "
    + "SSE or WebSocket (extrapolated)");
  assert.match(cellText(MODEL, NONE, ask), /none is in time$/);
});

test("a place that takes more than one process says so", () => {
  const spread = {...STREAM, processes: 550}, ask = {every_s: 300, staleness_s: 0.1};
  assert.strictEqual(cellText(MODEL, spread, ask),
                     "every 5 min, 100 ms late is fine: SSE or WebSocket from 550 processes");
});

test("the least of those in time is not the least where one that is too late costs less", () => {
  const row = (standing, middle, inTime) => ({standing, cores: {middle}, in_time: inTime});
  assert.ok(passedOver([row("", 0.1, false), row("least", 5, true)]));
  assert.ok(!passedOver([row("", 6, false), row("least", 5, true)]));
  assert.ok(!passedOver([row("", 6, false)]));
});

test("a point of the picture is a place of the sliders", () => {
  assert.strictEqual(placeAt(0.01, 0.5), null);
  assert.strictEqual(placeAt(0.5, 0.99), null);
  const upper = placeAt(0.98, 0.02);
  assert.deepStrictEqual(upper, {every_s: STEPS.every_s.length - 1, staleness_s: STEPS.staleness_s.length - 1});
});

test("the map says what it shows, and marks what is extrapolated only where not all is", () => {
  const cells = [[STREAM, OPEN], [STREAM, NONE]], all = [[OPEN, NONE], [OPEN, OPEN]];
  assert.strictEqual(summary(MODEL, cells), "SSE or WebSocket in 2, open in 1 of 4 places");
  assert.deepStrictEqual([isAllBeyond(cells), isAllBeyond(all)], [false, true]);
  const count = (drawing, what) => drawing.split(what).length - 1;
  const at = {every_s: 0, staleness_s: 0};
  const wide = rows => STEPS.staleness_s.map((wait, row) => STEPS.every_s.map(
    (each, column) => rows[row % 2][column % 2]));
  assert.ok(count(drawn(MODEL, wide(cells), at), "<circle") > 0);
  assert.strictEqual(count(drawn(MODEL, wide(all), at), "<circle"), 0);
  assert.strictEqual(count(drawn(MODEL, wide(cells), at), 'class="here"'), 1);
});

test("the command asks for what the sliders say", () => {
  const ask = {users: 1e7, every_s: 0.05, staleness_s: 300, rtt_s: 0, payload_bytes: 128, shared: false};
  assert.strictEqual(commandOf(ask, ""), "make plan USERS=10000000 EVERY=50ms STALENESS=5min RTT=0s PAYLOAD=128");
  assert.strictEqual(commandOf({...ask, shared: true, rtt_s: 0.15}, "my-run"), "make plan USERS=10000000 EVERY=50ms "
    + "STALENESS=5min RTT=150ms PAYLOAD=128 SHARED=1 RUN=my-run");
  assert.deepStrictEqual([0, 0.01, 0.5, 1, 30, 60, 90, 1200, 3600, 86400].map(duration),
                         ["0s", "10ms", "500ms", "1s", "30s", "1min", "90s", "20min", "1h", "24h"]);
});

test("a figure of a plan and its interval, and no row of zeros", () => {
  assert.strictEqual(figure(null), "–");
  assert.strictEqual(figure({middle: 0.022, low: 0.018, high: 0.028}), "0.022<br><small>0.018–0.028</small>");
  assert.strictEqual(figure({middle: 3.8e-6, low: 3e-6, high: 5e-6}), "&lt; 0.0001");
  assert.strictEqual(figure({middle: 4e-5, low: 3e-5, high: 4e-4}),
                     "&lt; 0.0001<br><small>&lt; 0.0001–0.0004</small>");
});
