// What one client has heard: how much, what is missing, what came twice, and how late it was.
export const WINDOW_MS = 30000;

export class Ledger {
  constructor() { this.clear(); }

  clear() {
    Object.assign(this, { received: 0, doubled: 0, gaps: 0, reconnects: 0, bytes: 0, holes: new Set(), next: null, times: [] });
  }

  get missed() { return this.holes.size; }

  // `seq` counts within the topic, from 1 and without holes.
  notification(seq, latencyMs, bytes, nowMs) {
    this.bytes += bytes;
    if (this.next !== null && seq < this.next && !this.holes.delete(seq)) {
      this.doubled += 1;
      return;
    }
    this.received += 1;
    for (let hole = this.next ?? seq; hole < seq; hole += 1) this.holes.add(hole);
    this.next = Math.max(this.next ?? 0, seq + 1);
    this.times.push({ at: nowMs, latencyMs });
  }

  // The server says that it cannot tell what lies before `first`: it has forgotten it, or it is another life.
  gap(first) {
    this.gaps += 1;
    this.next = first;
  }

  // Of the last half minute; null where nothing came.
  recent(nowMs) {
    this.times = this.times.filter(({ at }) => at > nowMs - WINDOW_MS);
    if (this.times.length === 0) return { median: null, slowest: null };
    const sorted = this.times.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
    return { median: sorted[Math.floor((sorted.length - 1) / 2)], slowest: sorted.at(-1) };
  }
}
