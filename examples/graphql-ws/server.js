// GraphQL subscriptions by graphql-ws. Usage: node server.js [PORT]
//   ws://…/graphql                      subscription { news }
//   POST /publish                       the body goes to all who listen
//   GET /stats                          {"clients":…,"sent":…}
'use strict';
module.paths.push('/usr/share/nodejs'); // where Debian has what npm would fetch
const http = require('node:http');
const { WebSocketServer } = require('ws');
const { useServer } = require('graphql-ws/use/ws');
const { buildSchema } = require('graphql');

const listeners = new Set();
let sent = 0;

/// One subscriber: what was published and not yet asked for.
class Feed {
  waiting = [];
  wake = null;
  constructor() { listeners.add(this); }
  [Symbol.asyncIterator]() { return this; }
  put(text) {
    this.waiting.push(text);
    this.wake?.();
  }
  async next() {
    if (this.waiting.length === 0) await new Promise((resolve) => (this.wake = resolve));
    return { done: false, value: { news: this.waiting.shift() } };
  }
  async return() {
    listeners.delete(this);
    return { done: true };
  }
}

const server = http.createServer((request, response) => {
  if (request.url.startsWith('/publish') && request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (piece) => (text += piece));
    return request.on('end', () => {
      for (const each of listeners) each.put(text);
      sent += listeners.size;
      response.end();
    });
  }
  if (request.url !== '/stats') return response.writeHead(404).end();
  return response.end(JSON.stringify({ clients: listeners.size, sent }));
});
const schema = buildSchema('type Query { none: String } type Subscription { news: String }');
useServer({ schema, roots: { subscription: { news: () => new Feed() } } },
  new WebSocketServer({ server, path: '/graphql' }));
server.listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () =>
  console.log(JSON.stringify({ listening: `127.0.0.1:${server.address().port}`, pid: process.pid })));
