"""A run that others may read, and a page of many of them.

`told` says what of a machine is told, `document` makes a summary of a run from it, `conduct` shows and writes it.
`folder` reads the summaries of many machines, `axis` and `forest` lay them side by side, `page` writes one file.
"""
