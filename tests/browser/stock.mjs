// The least that a page can write for each transport, with nothing around it: what it survives, the browser does.
// And beside it the clients of the demo, told in the same words.
import { connect as byEventSource } from "/examples/demo/clients/eventsource.js";
import { connect as byWebSocket } from "/examples/demo/clients/websocket.js";
import { connect as byLongPoll } from "/examples/demo/clients/long-poll.js";
import { connect as byShortPoll } from "/examples/demo/clients/short-poll.js";

async function poll(base, topic, cursor, wait) {
  const place = cursor && `&after=${cursor}${wait}`;
  const answer = await fetch(`${base}/poll?topic=${topic}${place}`);
  if (answer.status === 204) return { cursor: answer.headers.get("Cursor") ?? cursor, notifications: [] };
  return answer.json();
}

// Each gives a function that says whether it has ended for good, as far as a page is told.
const ALONE = {
  "EventSource alone": (base, topic, hear) => {
    const source = new EventSource(`${base}/events?topic=${topic}`);
    source.onmessage = ({ data }) => hear(JSON.parse(data));
    return () => source.readyState === EventSource.CLOSED;
  },
  "WebSocket alone": (base, topic, hear) => {
    const socket = new WebSocket(`${base.replace(/^http/, "ws")}/ws?topic=${topic}`);
    socket.onmessage = ({ data }) => hear(JSON.parse(data));
    return () => socket.readyState === WebSocket.CLOSED;
  },
  "long poll alone": (base, topic, hear) => {
    let over = false;
    (async () => {
      for (let cursor = ""; ;) {
        const told = await poll(base, topic, cursor, "&wait=25s");
        cursor = told.cursor;
        told.notifications.forEach(hear);
      }
    })().catch(() => { over = true; });
    return () => over;
  },
  "short poll alone": (base, topic, hear) => {
    let cursor = "";
    setInterval(async () => {
      const told = await poll(base, topic, cursor, "");
      cursor = told.cursor;
      told.notifications.forEach(hear);
    }, 500);
    return () => false;
  },
};
const OURS = { EventSource: byEventSource, WebSocket: byWebSocket, "long poll": byLongPoll, "short poll": byShortPoll };

const followed = {};

export function followAlone(base, topic) {
  for (const [name, follow] of Object.entries(ALONE)) {
    const heard = [];
    followed[name] = { heard, away: 0, isOver: follow(base, topic, ({ payload }) => payload && heard.push(payload)) };
  }
}

export function followByOurs(base, topic) {
  for (const [name, connect] of Object.entries(OURS)) {
    const own = followed[`${name}, our client`] = { heard: [], away: 0, isOver: () => false };
    connect(base, topic, {
      state: (state) => { own.away += state === "away"; },
      gap: () => {},
      notification: ({ payload }) => own.heard.push(payload),
    });
  }
}

export function look() {
  return Object.fromEntries(Object.entries(followed).map(([name, { heard, away, isOver }]) => [name, { heard, away, over: isOver() }]));
}
let froze = 0;
document.addEventListener("freeze", () => { froze += 1; });
export const hasFrozen = () => froze > 0;
