// Server-sent events with nothing but Node. Usage: node server.js [PORT]
//   GET /events?topic=T     what is published on T, from now on
//   POST /publish?topic=T   the body goes to all who listen
//   GET /stats              {"clients":…,"sent":…}
'use strict';
const http = require('node:http');

const topics = new Map();
let sent = 0;
let id = 0;

function listen(topic, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  response.flushHeaders();
  if (!topics.has(topic)) topics.set(topic, new Set());
  topics.get(topic).add(response);
  response.on('close', () => topics.get(topic).delete(response));
}

function publish(topic, text, response) {
  const event = `id: ${++id}\ndata: ${text}\n\n`;
  for (const client of topics.get(topic) ?? []) {
    client.write(event);
    sent += 1;
  }
  response.end();
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const topic = url.searchParams.get('topic') ?? 'default';
  if (url.pathname === '/events') return listen(topic, response);
  if (url.pathname === '/publish' && request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (piece) => (text += piece)).on('end', () => publish(topic, text, response));
    return undefined;
  }
  if (url.pathname !== '/stats') return response.writeHead(404).end();
  const clients = [...topics.values()].reduce((sum, each) => sum + each.size, 0);
  return response.end(JSON.stringify({ clients, sent }));
});
server.listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () =>
  console.log(JSON.stringify({ listening: `127.0.0.1:${server.address().port}`, pid: process.pid })));
