#!/usr/bin/python3 -S
"""A stand-in for wrk: prints what the real one prints."""

import sys

if "-v" in sys.argv:
    print("wrk 4.1.0 [epoll] Copyright (C) 2012 Will Glozer")
    sys.exit(1)
print("""Running 3s test @ http://127.0.0.1:1/poll
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.25ms  210.00us   9.70ms   95.31%
    Req/Sec    51.20k     1.20k   53.11k    80.00%
  Latency Distribution
     50%    1.20ms
     75%    1.30ms
     90%    1.41ms
     99%    2.02ms
  153600 requests in 3.00s, 16.11MB read
Requests/sec:  51200.10
Transfer/sec:      5.37MB""")
