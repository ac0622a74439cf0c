"""WebSocket by the package websockets (Debian: python3-websockets). Usage: python3 websocket.py http://HOST:PORT [TOPIC]

Each notification is one line of JSON on standard output. It comes back by itself, from where it was.
"""

import asyncio
import json
import random
import sys
from urllib.parse import urlencode

import websockets


async def main():
    base, topic = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "default"
    address = base.replace("http", "ws", 1) + "/ws?"
    cursor, pause_s = "", 0.5
    while True:
        place = {"topic": topic} | ({"after": cursor} if cursor else {})
        try:
            # The package answers the server's pings, and sends its own: who has vanished is noticed.
            async with websockets.connect(address + urlencode(place), max_size=None) as socket:
                async for text in socket:
                    told = json.loads(text)
                    # No message has an id of its own: the cursor is made of what it says.
                    cursor = told["gap"]["cursor"] if "gap" in told else f"{told['epoch']}-{told['seq']}"
                    pause_s = 0.5
                    print(text, flush=True)
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException):
            pass  # cut, or nobody there
        await asyncio.sleep(pause_s * random.uniform(0.5, 1))  # not all clients at once
        pause_s = min(2 * pause_s, 10)


try:
    asyncio.run(main())
except (KeyboardInterrupt, BrokenPipeError):
    pass
