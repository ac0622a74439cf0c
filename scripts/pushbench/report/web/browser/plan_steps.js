// The places of the sliders: steps that people think in, and how they are said.
"use strict";

const {two} = require("./numbers.js");

const STEPS = {
  users: [10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7],
  every_s: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 21600, 86400],
  staleness_s: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600],
  rtt_s: [0, 0.01, 0.02, 0.04, 0.08, 0.15], payload_bytes: [16, 32, 64, 128, 300, 512, 1024, 4096, 16384]};

const whole = new Intl.NumberFormat("en");
const span = s => s < 1 ? two(s * 1000) + " ms" : s < 60 ? two(s) + " s"
  : s < 3600 ? two(s / 60) + " min" : two(s / 3600) + " h";
const SAID = {users: v => whole.format(v), every_s: v => "every " + span(v), staleness_s: span, rtt_s: span,
              payload_bytes: v => whole.format(v) + " B"};

// Where one process is not enough.
const spreadOver = processes => processes > 1 ? `from ${whole.format(processes)} processes` : "";

// A case as the end of a link, and back: "#plan:users=5000,every_s=10,…". Only places of the sliders are taken.
function toHash(ask) {
  const parts = Object.keys(STEPS).map(name => `${name}=${ask[name]}`);
  return "#plan:" + [...parts, ...(ask.shared ? ["shared"] : [])].join(",");
}

function fromHash(hash) {
  if (!hash.startsWith("#plan:")) return null;
  const said = new Map(decodeURIComponent(hash.slice(6)).split(",").map(each => each.split("=")));
  const found = {shared: said.has("shared")};
  for (const [name, steps] of Object.entries(STEPS)) {
    const at = steps.indexOf(Number(said.get(name)));
    if (at >= 0) found[name] = at;
  }
  return found;
}

module.exports = {STEPS, SAID, span, spreadOver, toHash, fromHash};
