"""How close to the limit are the servers and the load generator?

`rows` judges one figure against its target, `targets` says which figures and which targets: both take plain values.
`parts` runs the programs that give those values, `conduct` their order. `record` is speed.json, `show` what a person
reads of it.
"""
