// Which latency curves are shown, and as what columns: without a page, so that a test can ask.
"use strict";

// A workload is told by its line, a transport by its colour.
const DASHES = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 6]];

const workloadOf = curve => curve.scenario + (curve.case ? `, ${curve.case}` : "");

// In the order of the data: those of the answers come first.
const workloadsIn = curves => [...new Set(curves.map(workloadOf))];

function shownCurves(curves, workloads, hidden) {
  return curves.filter(each => workloads.includes(workloadOf(each)) && !hidden.has(each.transport));
}

// One column of nines, and one of milliseconds for each curve, as long as the longest.
function columns(curves, steps) {
  const length = Math.max(2, ...curves.map(each => each.ms.length));
  const nines = Array.from({length}, (_, at) => at / steps);
  return [nines, ...curves.map(each => nines.map((_, at) => each.ms[at] ?? null))];
}

function looks(curve, workloads) {
  const at = workloads.indexOf(workloadOf(curve));
  return {stroke: curve.colour, dash: curve.transport === "floor" ? [1, 4] : DASHES[Math.max(at, 0) % DASHES.length],
          label: curve.name + (workloads.length > 1 ? ` (${workloadOf(curve)})` : "")};
}

// How each curve stands at a place of the grid: for the list below the chart, and for who hears it.
function readings(curves, at) {
  return curves.map(each => each.ms[at] ?? null);
}

module.exports = {workloadOf, workloadsIn, shownCurves, columns, looks, readings};
