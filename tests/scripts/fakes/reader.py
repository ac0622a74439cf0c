#!/usr/bin/python3 -S
"""A stand-in for floor_reader: says at once that it is connected, and what reading took."""

import json

print(json.dumps({"connected": 1000, "connect_s": 0.1, "connect_cpu_s": 0.05}), flush=True)
print(json.dumps({"seconds": 1, "cpu_s": 0.02, "reads": 20000, "bytes": 1, "lost": 0}), flush=True)
