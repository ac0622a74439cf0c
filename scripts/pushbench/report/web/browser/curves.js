// The chart of latency by percentile: overlay workloads, zoom by dragging, by buttons or by keys, read off each curve.
"use strict";

const {announce} = require("./announce.js");
const {columns, looks, readings, shownCurves, workloadOf, workloadsIn} = require("./curve_set.js");
const {marksBetween, msText, shareText} = require("./nines.js");

const uPlot = require("./uPlot.js");
const FEW = 3, TALL = 360, MOST_CHOSEN = 6;
const PAPER = 680; // as wide as A4 and Letter have room for: what is drawn for a window would be cut off

function start({curves: all}, state) {
  const root = document.getElementById("curves");
  if (!root || !all.curves.length) return;
  const box = root.querySelector(".plot"), list = root.querySelector(".legend");
  const read = root.querySelector(".read"), form = root.querySelector("form");
  const known = workloadsIn(all.curves);
  let chosen = [longest(all.curves, known.slice(0, FEW))], shown = [], chart = null, at = 0;

  const ink = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const full = () => chart.data[0].at(-1);

  function options() {
    const axis = {stroke: ink("--ink"), grid: {stroke: ink("--grid"), width: 1}, ticks: {show: false},
                  font: "13px system-ui, sans-serif"};
    return {
      width: box.clientWidth, height: TALL, legend: {show: false},
      scales: {x: {time: false, range: (_, from, to) => [from, to]}, y: {distr: 3}},
      cursor: {drag: {x: true, y: true, uni: 40}, y: false},
      axes: [{...axis, size: 32, splits: (u, _, from, to) => marksBetween(from, to, box.clientWidth / 70),
              values: (_, marks) => marks.map(shareText)},
             {...axis, size: 64, grid: {...axis.grid, filter: (_, marks) => marks.map(whole)},
              values: (_, marks) => marks.map(each => each === null ? "" : msText(each))}],
      series: [{}, ...shown.map(each => ({...looks(each, chosen), width: 2, points: {show: false}}))],
      hooks: {setCursor: [u => { if (u.cursor.idx !== null && u.cursor.idx !== undefined) tell(u.cursor.idx); }]}};
  }

  function draw() {
    chart?.destroy();
    shown = shownCurves(all.curves, chosen, state.hidden);
    chart = new uPlot(options(), columns(shown, all.steps), box);
    box.setAttribute("aria-label", `Latency by percentile: ${chosen.join("; ")}. Arrow keys read it off, + and − zoom, `
      + "0 shows all. The table below has the same figures.");
    list.replaceChildren(...shown.map(item));
    tell(at && at < chart.data[0].length ? at : Math.max(0, Math.min(...shown.map(each => each.ms.length)) - 1));
  }

  function item(curve) {
    const line = document.createElement("li"), {stroke, dash, label} = looks(curve, chosen);
    line.insertAdjacentHTML("beforeend", '<svg class="sample" viewBox="0 0 34 8" aria-hidden="true">'
      + `<line x1="0" x2="34" y1="4" y2="4" stroke="${stroke}" stroke-width="3" stroke-dasharray="${dash}"/></svg>`);
    line.append(" " + label + " ", document.createElement("output"));
    return line;
  }

  function tell(place) {
    at = place;
    const told = readings(shown, at).map(ms => ms === null ? "too few beyond" : msText(ms));
    const beyond = Math.round(10 ** (at / all.steps)).toLocaleString("en");
    read.textContent = `At ${shareText(at / all.steps)}, one delivery in ${beyond} takes longer than:`;
    list.querySelectorAll("output").forEach((each, row) => { each.textContent = told[row]; });
    return shown.map((each, row) => `${looks(each, chosen).label} ${told[row]}`).join("; ");
  }

  // Around the place that is read off.
  function zoom(factor) {
    const {min, max} = chart.scales.x, middle = Math.min(Math.max(at / all.steps, min), max);
    const from = Math.max(0, middle - (middle - min) * factor), to = Math.min(full(), middle + (max - middle) * factor);
    if (to - from > 2 / all.steps) chart.setScale("x", {min: from, max: to});
  }

  function move(share) {
    const {min, max} = chart.scales.x, by = (max - min) * share;
    const from = Math.min(Math.max(min + by, 0), full() - (max - min));
    chart.setScale("x", {min: from, max: from + max - min});
  }

  const acts = {in: () => zoom(0.5), out: () => zoom(2), left: () => move(-0.25), right: () => move(0.25),
                tail: () => chart.setScale("x", {min: Math.min(2, full() / 2), max: full()}),
                all: () => chart.setData(chart.data)};
  const keys = {"+": "in", "=": "in", "-": "out", "0": "all", Home: "all"};

  function readOff(by) {
    const place = Math.min(Math.max(at + by, 0), chart.data[0].length - 1), nines = place / all.steps;
    const {min, max} = chart.scales.x;
    if (nines < min || nines > max) move((nines < min ? nines - min : nines - max) / (max - min));
    const told = tell(place);
    chart.setCursor({left: chart.valToPos(nines, "x"), top: 10}, false);
    announce(`${shareText(nines)}: ${told}`);
  }

  root.addEventListener("click", event => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (!act) return;
    acts[act]();
    announce(`The chart shows ${shareText(chart.scales.x.min)} to ${shareText(chart.scales.x.max)}`);
  });
  box.addEventListener("keydown", event => {
    const steps = {ArrowLeft: -1, ArrowRight: 1, PageUp: all.steps, PageDown: -all.steps}[event.key];
    if (steps) readOff(steps);
    else if (keys[event.key]) acts[keys[event.key]]();
    else return;
    event.preventDefault();
  });
  form.addEventListener("change", event => {
    chosen = known.filter(each => form.querySelector(`input[value="${CSS.escape(each)}"]`).checked);
    if (chosen.length > MOST_CHOSEN) {
      event.target.checked = false;
      chosen = chosen.filter(each => each !== event.target.value);
      announce(`No more than ${MOST_CHOSEN} workloads can be told apart in one chart`);
    }
    draw();
  });
  form.addEventListener("submit", event => event.preventDefault());
  choices(form, known, chosen);
  const left = all.left_out ? ` ${all.left_out} curves more are not in the page.` : "";
  document.getElementById("curves-left-out").textContent = left;
  const redraw = () => { if (chart) draw(); };
  document.addEventListener("shown", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  new ResizeObserver(() => {
    const width = box.clientWidth;
    if (chart && width && width !== chart.width) chart.setSize({width, height: TALL});
  }).observe(box);
  whenNear(box, draw);
  // After that, for it draws for paper what nobody has come near yet.
  const fit = width => { if (chart) chart.setSize({width, height: TALL}); };
  addEventListener("beforeprint", () => fit(Math.min(box.clientWidth, PAPER)));
  addEventListener("afterprint", () => fit(box.clientWidth));
}

// Lines at 1, 10 and 100 are enough; null: there is none.
function whole(value) {
  const power = Math.log10(value ?? NaN);
  return Math.abs(power - Math.round(power)) < 1e-9 ? value : null;
}

// Of the workloads of the answers, the one whose curves reach farthest.
function longest(curves, names) {
  const reach = name => Math.max(...curves.filter(each => workloadOf(each) === name).map(each => each.ms.length));
  return names.reduce((best, name) => reach(name) > reach(best) ? name : best, names[0]);
}

function choices(form, known, chosen) {
  const [few, more] = form.querySelectorAll("fieldset");
  known.forEach((name, at) => {
    const label = document.createElement("label"), input = document.createElement("input");
    Object.assign(input, {type: "checkbox", value: name, checked: chosen.includes(name)});
    label.append(input, " " + name);
    (at < FEW ? few : more).append(label);
  });
  more.closest("details").hidden = known.length <= FEW;
}

// Drawn when it comes near the screen, so that the page is there sooner; and for paper.
function whenNear(box, draw) {
  const near = new IntersectionObserver(seen => {
    if (!seen.some(each => each.isIntersecting)) return;
    near.disconnect();
    draw();
  }, {rootMargin: "600px"});
  near.observe(box);
  addEventListener("beforeprint", () => {
    if (box.childElementCount) return;
    near.disconnect();
    draw();
  });
}

module.exports = {start};
