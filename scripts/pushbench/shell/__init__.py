"""What a shell knows of our programs: manual pages and completions, from what --help says.

`usage` is what a program can be told, read from its help; `own` is the same of this package, from its parser. `manual`
and `completions` write it down, `conduct` for all programs at once.
"""
