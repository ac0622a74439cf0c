// Who costs the least at each place of two sliders, the others standing where they stand; and how that is said.
"use strict";

const {plan} = require("./plan.js");
const {SAID, STEPS, span, spreadOver} = require("./plan_steps.js");

const TAKEN = ["least", "no practical difference", "not told apart"];

// Streams cost so nearly the same that a map of one against the other would show noise.
function family(one) {
  return one.polls || one.asks_again ? one.name : "stream";
}

// Of one place: the family that costs the least, and those that the intervals do not tell from it.
function cellOf(model, ask) {
  const rows = plan(model, ask), kinds = new Map(model.transports.map(one => [one.name, family(one)]));
  const least = rows.find(each => each.standing === "least");
  if (!least) return {least: null, open: [], beyond: false, processes: 1};
  const near = rows.filter(each => TAKEN.includes(each.standing)).map(each => kinds.get(each.name));
  const own = kinds.get(least.name), open = [...new Set(near)].filter(each => each !== own);
  return {least: own, open, beyond: Object.keys(least.beyond).length > 0, processes: least.processes};
}

// By wait, then by how often: rows from the shortest wait up.
function cellsOf(model, ask) {
  return STEPS.staleness_s.map(staleness_s => STEPS.every_s.map(
    every_s => cellOf(model, {...ask, staleness_s, every_s})));
}

// The families, in the order of tables, with the names of all that are in them and the colour of the first.
function kindsOf(model) {
  const kinds = new Map();
  for (const one of model.transports) {
    const kind = family(one), known = kinds.get(kind);
    kinds.set(kind, known ? {...known, title: `${known.title} or ${one.title}`}
      : {title: one.title, colour: one.colour});
  }
  return kinds;
}

// A mark that each of them has tells none from another: then a sentence says it.
const isAllBeyond = cells => cells.flat().every(each => each.beyond || !each.least);

function cellText(model, cell, ask) {
  const kinds = kindsOf(model), title = each => kinds.get(each).title;
  const where = `${SAID.every_s(ask.every_s)}, ${span(ask.staleness_s)} late is fine: `;
  if (!cell.least) return where + "none is in time";
  const open = cell.open.length ? `, not told apart from ${cell.open.map(title).join(" and ")}` : "";
  const spread = spreadOver(cell.processes);
  return where + title(cell.least) + (spread && " " + spread) + open + (cell.beyond ? " (extrapolated)" : "");
}

// What the whole map says, for who does not see it.
function summary(model, cells) {
  const flat = cells.flat(), open = flat.filter(each => each.least && each.open.length).length;
  const counts = [...kindsOf(model)].map(
    ([kind, {title}]) => [title, flat.filter(each => each.least === kind && !each.open.length).length]);
  const said = counts.filter(([, count]) => count).map(([title, count]) => `${title} in ${count}`);
  return [...said, ...(open ? [`open in ${open}`] : [])].join(", ") + ` of ${flat.length} places`;
}

module.exports = {cellOf, cellsOf, kindsOf, isAllBeyond, cellText, summary};
