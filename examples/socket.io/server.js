// Socket.IO, where who says 'join' gets what is published in that room. Usage: node server.js [PORT]
//   POST /publish?topic=T   the body goes to all who listen
//   GET /stats              {"clients":…,"sent":…}
'use strict';
module.paths.push('/usr/share/nodejs'); // where Debian has what npm would fetch
const http = require('node:http');
const { Server } = require('socket.io');

let sent = 0;
const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname.startsWith('/socket.io/')) return undefined;
  const room = url.searchParams.get('topic') ?? 'default';
  if (url.pathname === '/publish' && request.method === 'POST') {
    let text = '';
    request.setEncoding('utf8').on('data', (piece) => (text += piece));
    return request.on('end', () => {
      io.to(room).emit('news', text);
      sent += io.sockets.adapter.rooms.get(room)?.size ?? 0;
      response.end();
    });
  }
  if (url.pathname !== '/stats') return response.writeHead(404).end();
  return response.end(JSON.stringify({ clients: io.engine.clientsCount, sent }));
});
const io = new Server(server);
io.on('connection', (socket) => socket.on('join', (room) => socket.join(room)));
server.listen(Number(process.argv[2] ?? 8090), '127.0.0.1', () =>
  console.log(JSON.stringify({ listening: `127.0.0.1:${server.address().port}`, pid: process.pid })));
