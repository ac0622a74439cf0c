// A server of other people's making that holds each notification for a known time: 100 a second, stamped when it
// is made, sent so many milliseconds later. Usage: node held.js [MILLISECONDS]
'use strict';
module.paths.push('/usr/share/nodejs', `${__dirname}/../../examples/node_modules`); // Debian's, or npm's
const { WebSocketServer } = require('ws');

const heldMs = Number(process.argv[2] ?? 5);
const heldNs = BigInt(heldMs) * 1_000_000n;
let seq = 0;

const server = new WebSocketServer({ host: '127.0.0.1', port: 0 }, () =>
  console.log(JSON.stringify({ listening: `127.0.0.1:${server.address().port}`, pid: process.pid })));

setInterval(() => {
  const made = process.hrtime.bigint(); // CLOCK_MONOTONIC
  const text = `pb1:default:${++seq}:${made}:${made};`;
  setTimeout(() => {
    while (process.hrtime.bigint() < made + heldNs); // Node's own timers are a millisecond wide
    for (const client of server.clients) client.send(text);
  }, heldMs - 2);
}, 10);
