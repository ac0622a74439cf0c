// WebSocket by the package ws. Usage: node server.js [PORT]
//   GET /ws?topic=T         upgraded: what is published on T, from now on
//   POST /publish?topic=T   the body goes to all who listen
//   GET /stats              {"clients":…,"sent":…}
'use strict';
module.paths.push('/usr/share/nodejs'); // where Debian has what npm would fetch
const http = require('node:http');
const { WebSocketServer } = require('ws');

const topics = new Map();
let sent = 0;

function publish(topic, text, response) {
  for (const client of topics.get(topic) ?? []) {
    client.send(text);
    sent += 1;
  }
  response.end();
}

const topicOf = (request) => new URL(request.url, 'http://localhost').searchParams.get('topic') ?? 'default';
const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path === '/publish' && request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (piece) => (text += piece));
    return request.on('end', () => publish(topicOf(request), text, response));
  }
  if (path !== '/stats') return response.writeHead(404).end();
  const clients = [...topics.values()].reduce((sum, each) => sum + each.size, 0);
  return response.end(JSON.stringify({ clients, sent }));
});

new WebSocketServer({ server, path: '/ws' }).on('connection', (client, request) => {
  const topic = topicOf(request);
  if (!topics.has(topic)) topics.set(topic, new Set());
  topics.get(topic).add(client);
  client.on('close', () => topics.get(topic).delete(client));
});
server.listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () =>
  console.log(JSON.stringify({ listening: `127.0.0.1:${server.address().port}`, pid: process.pid })));
