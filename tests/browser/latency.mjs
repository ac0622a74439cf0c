// How late a page hears, by one of the demo's clients. The server stamps by CLOCK_MONOTONIC; `ahead` is how far the wall
// clock of this same machine is ahead of it.
let late = [], state = "";

export async function follow(file, base, topic, aheadMs) {
  const { connect } = await import(`/examples/demo/clients/${file}`);
  connect(base, topic, {
    state: (now) => { state = now; },
    gap: () => {},
    notification: ({ due_ns: dueNs }) => late.push(performance.timeOrigin + performance.now() - aheadMs - dueNs / 1e6),
  });
}

export const isOpen = () => state === "open";
export const heard = () => late;

// The server's clock can lie no later than the answer and no earlier than the question: by how much it seems to.
export async function clockIsWrongByMs(clock, aheadMs) {
  let wrong = Infinity;
  for (let i = 0; i < 10; i += 1) {
    const asked = performance.timeOrigin + performance.now() - aheadMs;
    const { now_ms: there } = await (await fetch(clock)).json();
    const answered = performance.timeOrigin + performance.now() - aheadMs;
    wrong = Math.min(wrong, Math.max(asked - there, there - answered, 0));
  }
  return wrong;
}
