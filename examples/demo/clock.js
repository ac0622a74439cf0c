// The server's clock in this page: of the last answers the one that took the least time tells best, for it
// lies in the middle of that time, give or take half of it.
const KEPT = 12;

export class Clock {
  samples = [];

  async ask() {
    const before = performance.now();
    const { now_ms: server } = await (await fetch("clock")).json();
    const tookMs = performance.now() - before;
    this.samples.push({ tookMs, aheadMs: server - before - tookMs / 2 });
    if (this.samples.length > KEPT) this.samples.shift();
  }

  get best() { return this.samples.reduce((a, b) => (b.tookMs < a.tookMs ? b : a), { tookMs: Infinity, aheadMs: NaN }); }
  nowMs() { return performance.now() + this.best.aheadMs; }
}
