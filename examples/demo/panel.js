// One transport on the page: what it heard, as figures and as a plot, and the code that hears it.
import { Ledger, WINDOW_MS } from "./ledger.js";

const LEAST_MS = 0.1, MOST_MS = 10000;  // of the plot, whose heights are logarithms
const HEIGHT = 80, WIDTH = 300;

const told = (ms) => (ms === null ? "–" : ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`);
const height = (ms) => {
  const share = Math.log(Math.min(Math.max(ms, LEAST_MS), MOST_MS) / LEAST_MS) / Math.log(MOST_MS / LEAST_MS);
  return HEIGHT * (1 - share);
};

export class Panel {
  ledger = new Ledger();

  constructor({ name, colour, file, connect }, clock) {
    Object.assign(this, { name, connect, clock, was: "" });
    this.root = document.getElementById("panel").content.firstElementChild.cloneNode(true);
    this.root.style.setProperty("--colour", colour);
    this.part("h2").textContent = name;
    this.part("summary").textContent = `The client: ${file.split("/").pop()}`;
    for (const ms of [1, 10, 100, 1000]) this.addLine(ms);
    this.showCode(file);
  }

  part(selector) { return this.root.querySelector(selector); }

  addLine(ms) {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    for (const [name, value] of Object.entries({ x1: 0, x2: WIDTH, y1: height(ms), y2: height(ms) })) line.setAttribute(name, value);
    this.part("svg").prepend(line);
  }

  async showCode(file) {
    const code = await (await fetch(file)).text();
    this.part("code").textContent = code;
    this.part(".copy").addEventListener("click", async ({ target }) => {
      await navigator.clipboard.writeText(code);
      target.textContent = "Copied";
    });
  }

  start(base, topic) {
    this.connect(base, topic, {
      state: (state) => this.showState(state),
      gap: ({ first }) => this.ledger.gap(first),
      notification: ({ seq, due_ns: dueNs }, bytes) =>
        this.ledger.notification(seq, this.clock.nowMs() - dueNs / 1e6, bytes, performance.now()),
    });
  }

  showState(state) {
    if (state === this.was) return;
    if (this.was === "away" && state === "open") this.ledger.reconnects += 1;
    this.was = state;
    this.part(".state").textContent = state === "open" ? "connected" : "cut off; trying again";
    this.part(".state").classList.toggle("away", state !== "open");
  }

  show(nowMs) {
    const { median, slowest } = this.ledger.recent(nowMs);
    const { received, missed, doubled, gaps, reconnects, bytes } = this.ledger;
    const figures = { median: told(median), slowest: told(slowest), received, missed, doubled, gaps, reconnects, kb: Math.round(bytes / 1000) };
    for (const [name, value] of Object.entries(figures)) this.part(`[data-figure=${name}]`).textContent = value;
    const points = this.ledger.times.map(({ at, latencyMs }) =>
      `${(WIDTH * (1 - (nowMs - at) / WINDOW_MS)).toFixed(1)},${height(latencyMs).toFixed(1)}`);
    this.part("polyline").setAttribute("points", points.join(" "));
    this.part("title").textContent = `Latency of ${this.name} over the last half minute: median ${told(median)}, slowest ${told(slowest)}`;
  }
}
