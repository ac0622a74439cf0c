"""The exact evidence over commits: what each change did to instructions, system calls, bytes and heap.

Git keeps every results/evidence.json that was ever committed. `commits` asks git for them and checks nothing out,
`entries` holds each against the one before, `draw` makes a chart of them, `conduct` does it all.
"""
