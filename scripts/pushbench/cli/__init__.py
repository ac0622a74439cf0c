"""The command line: `python3 -m pushbench`. The Makefile wraps it."""
