"""What becomes of clients that are not steady: they are cut off, or vanish, or leave."""

from __future__ import annotations

from pushbench.store.metric import Metric, at

BEHAVED = (
    Metric("back_all_s", "until all were back that were cut off", "s", at("behaviour", "cut", "all_back_s")),
    Metric("back_p50_s", "until half were back that were cut off", "s",
           at("behaviour", "cut", "back_us", "p50", scale=1e-6)),
    Metric("peak_connects_per_s", "connects in the fullest 0.1 s after a cut", "1/s",
           at("behaviour", "cut", "peak_connects_per_s")),
    Metric("held_s", "how long half of the vanished clients were held at least", "s",
           at("behaviour", "vanished", "held_s_p50")),
    Metric("still_held", "vanished clients that were held to the end", "",
           at("behaviour", "vanished", "still_held"), additive=True),
)
