"""Server-Sent Events by Python's standard library. Usage: python3 sse.py http://HOST:PORT [TOPIC]

Each notification is one line of JSON on standard output. It comes back by itself, from where it was.
"""

import http.client
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SILENCE_S = 45  # the server breaks its silence every 15 s: after three of these nobody is there


def follow(address, cursor):
    """Yields each event's id and data. An event counts when the empty line behind it has come, not before."""
    request = urllib.request.Request(address, headers={"Last-Event-ID": cursor} if cursor else {})
    with urllib.request.urlopen(request, timeout=SILENCE_S) as stream:
        data = []
        for line in stream:
            name, _, value = line.decode().rstrip("\r\n").partition(":")
            value = value.removeprefix(" ")
            if name == "id":
                cursor = value
            elif name == "data":
                data.append(value)
            elif not name and not value and data:  # a line that is a colon and a word is a heartbeat
                yield cursor, "\n".join(data)
                data = []


def main():
    base, topic = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "default"
    address = f"{base}/events?{urllib.parse.urlencode({'topic': topic})}"
    cursor, pause_s = "", 0.5
    while True:
        try:
            for cursor, text in follow(address, cursor):
                pause_s = 0.5
                print(text, flush=True)  # a gap is told in the same way: {"gap": ...}
        except urllib.error.HTTPError as refused:
            if refused.code < 500:
                sys.exit(f"{address}: {refused}")  # to ask again will not help
        except (OSError, http.client.HTTPException, ValueError):
            pass  # cut, or nobody there
        time.sleep(pause_s * random.uniform(0.5, 1))  # not all clients at once
        pause_s = min(2 * pause_s, 10)


try:
    main()
except (KeyboardInterrupt, BrokenPipeError):
    pass
