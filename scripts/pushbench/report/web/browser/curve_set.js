// Which latency curves are shown, and as what columns: without a page, so that a test can ask.
"use strict";

// A workload is told by its line, a transport by its colour.
const DASHES = [[], [9, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 6], [16, 5], [9, 3, 2, 3, 2, 3], [3, 8], [18, 3, 4, 3],
                [6, 2], [1, 3]];

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

// Some transports share a colour, as one with a source of its own and one with a shared source do: then the second of
// a workload has a line that no workload has.
function looks(curve, workloads, curves = [curve]) {
  const name = workloadOf(curve), at = Math.max(workloads.indexOf(name), 0);
  const alike = curves.filter(each => each.colour === curve.colour && workloadOf(each) === name).indexOf(curve);
  return {stroke: curve.colour, dash: DASHES[(at + Math.max(alike, 0) * workloads.length) % DASHES.length],
          label: curve.name + (workloads.length > 1 ? ` (${workloadOf(curve)})` : "")};
}

// How each curve stands at a place of the grid: for the list below the chart, and for who hears it.
function readings(curves, at) {
  return curves.map(each => each.ms[at] ?? null);
}

const leftOut = count => !count ? "" : count === 1 ? " One curve more is not in the page."
  : ` ${count.toLocaleString("en")} curves more are not in the page.`;

module.exports = {workloadOf, workloadsIn, shownCurves, columns, looks, readings, leftOut};
