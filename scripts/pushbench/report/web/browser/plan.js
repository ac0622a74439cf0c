// The planner: the same sums as scripts/pushbench/model and analysis/cases, by the coefficients in the page. A test
// holds both against each other.
"use strict";

const GIB = 1024 ** 3, MONTH_S = 30 * 86400, ROUNDING = 1e-9;

function work(one, ask) {
  const each = 1 / ask.every_s, told = ask.users / ask.every_s;
  const silences = seconds => ask.users * each / Math.expm1(Math.min(seconds * each, 700));
  const empty = one.polls ? ask.users / pollInterval(ask) : one.asks_again ? silences(one.silence_s) : 0;
  const asked = empty + (one.asks_again ? (ask.shared ? each : told) : 0);
  const beats = one.polls || one.asks_again ? 0 : silences(one.silence_s);
  return {notifications: ask.shared ? each : told, deliveries: told, requests: asked, heartbeats: beats,
          payload_bytes: ask.payload_bytes, connections: ask.users, apart: empty};
}

const pollInterval = ask => ask.staleness_s - ask.rtt_s / 2;
const events = w => w.notifications + w.requests + w.heartbeats;

function amounts(model, w, exponent, rate) {
  const bend = rate > 0 ? Math.exp(exponent * Math.log(rate / model.reference_per_s)) : 1;
  return {"waking for a notification": w.notifications * bend, notification: w.notifications,
          "waking for a request": w.requests * bend, request: w.requests,
          "waking for a heartbeat": w.heartbeats * bend, sent: w.deliveries + w.heartbeats,
          "sent after a pause": w.deliveries * bend,
          KiB: w.deliveries * Math.max(w.payload_bytes - model.small_bytes, 0) / 1024};
}

const wireAmounts = w => ({delivery: w.deliveries, KiB: w.deliveries * w.payload_bytes / 1024, request: w.apart,
                           heartbeat: w.heartbeats});

function byTerm(model, one, w, goesOn) {
  const trusted = Math.min(Math.max(events(w), model.least_per_s / model.beyond), model.most_per_s * model.beyond);
  const found = amounts(model, w, model.exponent, goesOn ? events(w) : trusted);
  for (const term in found) found[term] *= one.us[term] || 0;
  return found;
}

const sum = values => Object.values(values).reduce((a, b) => a + b, 0);
const within = (middle, off) => ({middle, low: middle / (1 + off), high: middle * (1 + off)});
const times = (each, factor) => ({middle: each.middle * factor, low: each.low * factor, high: each.high * factor});

function cores(model, one, w) {
  const middle = sum(byTerm(model, one, w, false)), other = sum(byTerm(model, one, w, true));
  return times({middle, low: Math.min(middle, other) / (1 + one.off), high: Math.max(middle, other) * (1 + one.off)},
               1e-6);
}

function traffic(one, w) {
  const found = wireAmounts(w);
  for (const term in found) found[term] *= one.wire_bytes[term] || 0;
  return within(sum(found), one.wire_off);
}

// What a delivery costs apart from waiting: only that can be compared by a duet.
function parts(model, one, w) {
  const terms = byTerm(model, one, w, false);
  const asking = terms["waking for a request"] + terms.request;
  const empty = w.requests ? asking * w.apart / w.requests : 0;
  const waiting = terms["waking for a heartbeat"] + (one.us.sent || 0) * w.heartbeats + empty;
  return {telling: within((sum(terms) - waiting) / 1e6, one.off), waiting: within(waiting / 1e6, one.off)};
}

function total(found) {
  const middle = found.reduce((a, [t, each]) => a + t * each.middle, 0);
  const below = Math.hypot(...found.map(([t, each]) => t * (each.middle - each.low)));
  const above = Math.hypot(...found.map(([t, each]) => t * (each.high - each.middle)));
  return {middle, low: Math.max(middle - below, 0), high: middle + above};
}

function apart(a, b) {
  const down = each => Math.log(each.middle / Math.max(each.low, each.middle / 1000));
  const up = each => Math.log(each.high / each.middle), middle = a.middle / b.middle;
  return {middle, low: middle / Math.exp(Math.hypot(down(a), up(b))),
          high: middle * Math.exp(Math.hypot(up(a), down(b)))};
}

function compare(a, b, home) {
  const pair = home.pairs[a.name + "|" + b.name];
  if (!pair) return apart(a.cores, b.cores);
  const base = b.parts.telling.middle, beside = a.parts.waiting, below = b.parts.waiting;
  const middle = (base * pair.middle + beside.middle) / b.cores.middle;
  const turned = {middle: below.middle, low: 2 * below.middle - below.high, high: 2 * below.middle - below.low};
  const spread = total([[base / b.cores.middle, pair], [1 / b.cores.middle, beside],
                        [middle / b.cores.middle, turned]]);
  return {middle, low: Math.max(middle - spread.middle + spread.low, 0), high: middle - spread.middle + spread.high};
}

function homeOf(model, ask) {
  const homes = ask.shared ? model.homes.shared : model.homes.own;
  const away = home => Math.abs(Math.log(home.clients / ask.users));
  return homes.reduce((best, home) => away(home) < away(best) ? home : best, homes[0]);
}

// Over how many the users are spread: as many as have room for the CPU, and as tell all of them in time.
function processesOf(model, ask, cpu, fanOut, left) {
  const byWait = ask.shared && fanOut !== null && left > 0 ? Math.ceil(fanOut / left - ROUNDING) : 1;
  return Math.min(Math.max(1, Math.ceil(cpu.middle / model.busy - ROUNDING), byWait), ask.users);
}

function row(model, one, ask, home) {
  const w = work(one, ask), waited = home.waits[one.name], scale = ask.shared ? ask.users / home.clients : 1;
  const fanOut = one.polls || waited === undefined ? null : waited * scale / 1000, cpu = cores(model, one, w);
  const left = ask.staleness_s - (one.asks_again ? 1.5 : 0.5) * ask.rtt_s;
  const processes = processesOf(model, ask, cpu, fanOut, left);
  const wait = fanOut === null || !ask.shared ? fanOut : fanOut / processes;
  const late = one.polls ? pollInterval(ask) + ask.rtt_s / 2 : wait === null ? null : wait + ask.rtt_s / 2;
  return {name: one.name, cores: cpu, processes, parts: one.polls ? null : parts(model, one, w),
          memory_gib: one.memory_kib ? times(one.memory_kib, ask.users * 1024 / GIB) : null,
          mbit_per_s: times(traffic(one, w), 8e-6), gb_a_month: times(traffic(one, w), MONTH_S * 1e-9),
          late_s: late, usual_s: one.polls ? (pollInterval(ask) + ask.rtt_s) / 2 : null,
          in_time: one.polls || (wait !== null && wait <= left + ROUNDING),
          beyond: beyond(one, w), standing: ""};
}

function beyond(one, w) {
  const found = {};
  for (const [quantity, most] of Object.entries(one.most))
    if (w[quantity] > most * 1.05) found[quantity] = w[quantity] / most;
  return found;
}

function plan(model, ask) {
  const home = homeOf(model, ask), rows = model.transports.map(one => row(model, one, ask, home));
  const inTime = rows.filter(each => each.in_time).sort((a, b) => a.cores.middle - b.cores.middle);
  if (!inTime.length) return rows;
  let least = inTime[0];
  for (const each of inTime.slice(1)) if (compare(each, least, home).high < 1) least = each;
  for (const each of inTime) each.standing = each === least ? "least" : standing(compare(each, least, home));
  return rows;
}

// Whether one that is too late would cost less than the least of those in time.
function passedOver(rows) {
  const least = rows.find(each => each.standing === "least");
  return least !== undefined && rows.some(each => !each.in_time && each.cores.middle < least.cores.middle);
}

function standing(ratio) {
  if (ratio.low >= 1 / 1.1 && ratio.high <= 1.1) return "no practical difference";
  return ratio.low > 1 ? "dearer" : "not told apart";
}

module.exports = {passedOver, plan};
