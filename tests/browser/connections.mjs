// Opens streams of one kind, and tells whether one more, or a request beside them, is served. What waits is told from
// what is slow by requests to the same server under another name: to the browser that is another origin.
const MOST_CONTROLS = 10, LONGEST_MS = 20000;

const OPEN = {
  EventSource: (base) => {
    const source = new EventSource(`${base}/events`);
    return { isOpen: () => source.readyState === EventSource.OPEN, close: () => source.close() };
  },
  WebSocket: (base) => {
    const socket = new WebSocket(`${base.replace(/^http/, "ws")}/ws`);
    return { isOpen: () => socket.readyState === WebSocket.OPEN, close: () => socket.close() };
  },
  fetch: (base) => {
    let isOpen = false;
    fetch(`${base}/poll?topic=${crypto.randomUUID()}`).then(() => { isOpen = true; });
    return { isOpen: () => isOpen, close: () => {} };
  },
};
const streams = [];

async function until(holds) {
  for (const end = performance.now() + LONGEST_MS; !holds();) {
    if (performance.now() > end) throw new Error(`never: ${holds}`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

export async function open(kind, base, count) {
  for (let i = 0; i < count; i += 1) streams.push(OPEN[kind](base));
  await until(() => streams.every((each) => each.isOpen()));
}

// Whether it is let through at once. If it is not, it must be when a stream has been closed.
export async function isServed(kind, base, elsewhere) {
  const more = OPEN[kind](base);
  for (let asked = 0; asked < MOST_CONTROLS && !more.isOpen(); asked += 1) await fetch(`${elsewhere}/poll?topic=${asked}`);
  const atOnce = more.isOpen();
  if (!atOnce) streams.shift().close();
  await until(more.isOpen);
  more.close();
  return atOnce;
}
