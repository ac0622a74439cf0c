// Server-Sent Events in Node, which has no EventSource of its own yet: it is npm's, the code below it the demo's.
//   node sse.mjs http://HOST:PORT [TOPIC]      after npm ci --prefix examples
// Each notification is one line of JSON on standard output. It comes back by itself, from where it was.
import { EventSource } from "eventsource";

globalThis.EventSource = EventSource;
const { connect } = await import("../demo/clients/eventsource.js");
const [base, topic = "default"] = process.argv.slice(2);
connect(base, topic, {
  state: (state) => console.error(state),
  notification: (notification) => console.log(JSON.stringify(notification)),
  gap: (gap) => console.log(JSON.stringify({ gap })),
});
