"""Evidence without noise: what a delivery takes in figures that are the same on every run of a commit.

`speech` and `crowd` are subscribers that take turns, so that nothing depends on the time. `session` runs one server
under one of the `tools` that count. `slopes` turns four totals into figures of one delivery. `record` is what
results/evidence.json holds, `check` compares two of them, `bound` sets them against a run's CPU, `conduct` does it all.

How well it repeats: three runs, of which one beside other work, gave the same file to the byte.
"""
