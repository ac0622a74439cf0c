"""WebSocket by the package websockets. Usage: python3 server.py [PORT]

A client at /ws?topic=T gets what any other says at /publish?topic=T; /stats answers {"clients":…,"sent":…}.
"""

import asyncio
import json
import os
import sys
from collections import defaultdict
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

import websockets

topics = defaultdict(set)
sent = 0


async def serve(client, path):
    global sent
    url = urlsplit(path)
    topic = parse_qs(url.query).get("topic", ["default"])[0]
    if url.path == "/publish":
        async for text in client:
            sent += len(topics[topic])
            websockets.broadcast(topics[topic], text)
        return
    topics[topic].add(client)
    try:
        await client.wait_closed()
    finally:
        topics[topic].discard(client)


async def answer(path, headers):
    if urlsplit(path).path == "/stats":
        text = json.dumps({"clients": sum(map(len, topics.values())), "sent": sent})
        return HTTPStatus.OK, [("Content-Type", "application/json")], text.encode()
    return None


async def main():
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8090
    async with websockets.serve(serve, "127.0.0.1", port, process_request=answer, compression=None) as server:
        address = "{}:{}".format(*server.sockets[0].getsockname())
        print(json.dumps({"listening": address, "pid": os.getpid()}), flush=True)
        await asyncio.Future()


asyncio.run(main())
