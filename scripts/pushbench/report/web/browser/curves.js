// The chart of latency by percentile: overlay workloads, zoom by dragging, by buttons or by keys, read off each curve.
"use strict";

const {announce} = require("./announce.js");
const {columns, leftOut, looks, readings, shownCurves, workloadOf, workloadsIn} = require("./curve_set.js");
const {isAll, kept, moved, nearer, tail} = require("./curve_view.js");
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
  const tailButton = form.parentElement.querySelector("[data-act=tail]"), least = 2 / all.steps;
  let chosen = [longest(all.curves, known.slice(0, FEW))], shown = [], chart = null, at = 0;
  let view = null; // the part that is seen, null: all of it. It outlives the chart, which is made anew for other curves

  const ink = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const full = () => chart.data[0].at(-1), lookOf = curve => looks(curve, chosen, shown);
  const seen = () => [chart.scales.x.min, chart.scales.x.max];

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
      series: [{}, ...shown.map(each => ({...lookOf(each), width: 2, points: {show: false}}))],
      hooks: {setCursor: [u => { if (u.cursor.idx !== null && u.cursor.idx !== undefined) tell(u.cursor.idx); }],
              setScale: [(u, scale) => { if (u === chart && scale === "x") remember(); }]}};
  }

  function draw() {
    chart?.destroy();
    shown = shownCurves(all.curves, chosen, state.hidden);
    chart = new uPlot(options(), columns(shown, all.steps), box);
    see(kept(view, full(), least));
    tailButton.disabled = !tail(full(), least);
    box.setAttribute("aria-label", `Latency by percentile: ${chosen.join("; ")}. Arrow keys read it off, + and − zoom, `
      + "0 shows all. The table below has the same figures.");
    list.replaceChildren(...shown.map(item));
    tell(at && at < chart.data[0].length ? at : Math.max(0, Math.min(...shown.map(each => each.ms.length)) - 1));
  }

  function item(curve) {
    const line = document.createElement("li"), {stroke, dash, label} = lookOf(curve);
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
    return shown.map((each, row) => `${lookOf(each).label} ${told[row]}`).join("; ");
  }

  function see(part) {
    if (part && part[1] - part[0] >= least - 1e-9) chart.setScale("x", {min: part[0], max: part[1]});
  }

  function remember() {
    view = isAll(seen(), full()) ? null : seen();
  }

  // Around the place that is read off.
  const zoom = factor => see(nearer(seen(), at / all.steps, factor, full()));
  const move = share => see(moved(seen(), share, full()));
  const acts = {in: () => zoom(0.5), out: () => zoom(2), left: () => move(-0.25), right: () => move(0.25),
                tail: () => see(tail(full(), least)), all: () => chart.setData(chart.data)};
  const keys = {"+": "in", "=": "in", "-": "out", "0": "all", Home: "all"};

  function readOff(by) {
    const place = Math.min(Math.max(at + by, 0), chart.data[0].length - 1), nines = place / all.steps;
    const [from, to] = seen();
    if (nines < from || nines > to) move((nines < from ? nines - from : nines - to) / (to - from));
    const told = tell(place);
    onceDrawn(() => chart.setCursor({left: chart.valToPos(nines, "x"), top: 10}, false));
    announce(`${shareText(nines)}: ${told}`);
  }

  function doAct(name) {
    acts[name]();
    onceDrawn(() => announce(`The chart shows ${seen().map(shareText).join(" to ")}`));
  }

  root.addEventListener("click", event => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) doAct(act);
  });
  box.addEventListener("keydown", event => {
    const steps = {ArrowLeft: -1, ArrowRight: 1, PageUp: all.steps, PageDown: -all.steps}[event.key];
    if (steps) readOff(steps);
    else if (keys[event.key]) doAct(keys[event.key]);
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
  document.getElementById("curves-left-out").textContent = leftOut(all.left_out);
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

// uPlot puts off what it is told to the end of a task: before that, its scales are those that were.
const onceDrawn = act => queueMicrotask(act);

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
