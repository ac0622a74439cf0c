// A plan's figures and its command in words: without a page, so that a test can ask.
"use strict";

const {two} = require("./numbers.js");

// Below a figure its interval; none where it would only repeat it, as of "< 0.0001".
function figure(each) {
  if (!each) return "–";
  const [middle, low, high] = [each.middle, each.low, each.high].map(
    value => two(value).replace("<", "&lt;").replace(">", "&gt;"));
  return middle + (low === high ? "" : `<br><small>${low}–${high}</small>`);
}

// In the largest unit that has no fraction: `make plan` reads whole numbers of each.
function duration(seconds) {
  const ms = Math.round(seconds * 1000);
  const [unit, size] = [["h", 3600e3], ["min", 60e3], ["s", 1e3], ["ms", 1]].find(([, each]) => ms % each === 0);
  return ms ? ms / size + unit : "0s";
}

// What plans the same on the command line: `run` is named where it is not the one that is taken by default.
function commandOf(ask, run) {
  return ["make plan", `USERS=${ask.users}`, `EVERY=${duration(ask.every_s)}`,
          `STALENESS=${duration(ask.staleness_s)}`, `RTT=${duration(ask.rtt_s)}`, `PAYLOAD=${ask.payload_bytes}`,
          ...(ask.shared ? ["SHARED=1"] : []), ...(run ? [`RUN=${run}`] : [])].join(" ");
}

module.exports = {figure, duration, commandOf};
