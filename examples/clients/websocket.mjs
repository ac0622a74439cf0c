// WebSocket in Node. From version 22 on Node has one; the package ws does the same before. The code is the demo's.
//   node websocket.mjs http://HOST:PORT [TOPIC]      after npm ci --prefix examples
// Each notification is one line of JSON on standard output. It comes back by itself, from where it was.
globalThis.WebSocket ??= (await import("ws")).WebSocket;
const { connect } = await import("../demo/clients/websocket.js");
const [base, topic = "default"] = process.argv.slice(2);
connect(base, topic, {
  state: (state) => console.error(state),
  notification: (notification) => console.log(JSON.stringify(notification)),
  gap: (gap) => console.log(JSON.stringify({ gap })),
});
