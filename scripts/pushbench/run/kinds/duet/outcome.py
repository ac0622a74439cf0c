"""What a duet has shown: its quads in CPU time per delivery, and whether it may be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pushbench.run.kinds.duet.turns import Shape, Slice, shape_of
from pushbench.setup.plan import Planned
from pushbench.store.rules import WRONG, Finding, finding, findings_of, waived

Result = dict[str, Any]
MOST_LEFT_OUT = 0.5  # of the quads: with more left out, those that are left may be the lucky ones

# What the load generator's own rules find by design: it is asked to end, it does not publish, and two of them share a
# core. All else that makes a trial wrong makes a duet wrong.
BY_DESIGN = ("interrupted", "publish_rate", "publish_count", "generator_busy", "littles_law")
# Its rules stand among those of the trial; `valid` it never is, since it is asked to end.
KEPT = ("schema_version", "transport", "connections", "topics", "published", "expected", "delivered", "lost",
        "duplicated", "reordered", "malformed", "drain", "window_s", "connect", "latency_us", "loadgen", "machine")


@dataclass(frozen=True)
class Quad:
    order: str
    a: tuple[Slice, ...]
    b: tuple[Slice, ...]

    @property
    def delivered(self) -> bool:
        return all(each.delivered for each in (*self.a, *self.b))

    def to_json(self, deliveries: int) -> dict[str, Any]:
        def us(ns: int) -> float:
            return round(ns / 1e3 / deliveries, 4)

        return {"order": self.order,
                "a_us": [us(each.used_ns) for each in self.a], "b_us": [us(each.used_ns) for each in self.b]}


def outcome(trial: Planned, quads: Sequence[Quad], results: dict[str, Result]) -> dict[str, Any]:
    assert trial.against is not None
    shape = shape_of(trial)
    kept = [quad for quad in quads if quad.delivered]
    rules = [rule for side, result in results.items() for rule in _of_side(side, result)]
    rules.append(_enough_quads(len(kept), len(quads)))
    return {
        "duet": {"a": trial.transport.name, "b": trial.against.name, "of": trial.scenario.of,
                 "quads": [quad.to_json(shape.deliveries) for quad in kept], "quads_left_out": len(quads) - len(kept),
                 **_settings(trial, shape), "order_us": _order_us(quads)},
        "results": {side: {key: result[key] for key in KEPT if key in result} for side, result in results.items()},
        "rules": rules,
    }


def _settings(trial: Planned, shape: Shape) -> dict[str, Any]:
    return {"connections": trial.connections, "topics": trial.topics, "rate_per_s": shape.rate_per_s,
            "payload_bytes": trial.payload_bytes, "slice_s": trial.scenario.slice, "lead_in_s": trial.scenario.lead_in,
            "settle_s": shape.settle_s, "notifications": shape.count, "deliveries": shape.deliveries}


def _order_us(quads: Sequence[Quad]) -> float | None:
    """What it took a server to take an order; it is in no window."""
    known = sorted(each.order_ns for quad in quads for each in (*quad.a, *quad.b) if each.order_ns is not None)
    return round(known[len(known) // 2] / 1e3, 1) if known else None


def _of_side(side: str, result: Result) -> list[Finding]:
    """The load generator's own rules of what is wrong: what slows one side slows the other, which a duet is for.

    From one that lists none, its counts.
    """
    if isinstance(result.get("rules"), list):
        return [replace(each, of=f"{side} {each.of}".strip(), text=each.text and f"{side}: {each.text}")
                for each in waived(findings_of(result), BY_DESIGN) if each.effect == WRONG]
    counts = {name: result.get(name) for name in ("lost", "duplicated", "reordered", "malformed")}
    counts["not connected"] = result.get("connect", {}).get("failed")
    return [finding(name.replace(" ", "_"), value, 0, f"{side}: {value} {name}, where none may be", of=side)
            for name, value in counts.items()]


def _enough_quads(kept: int, played: int) -> Finding:
    left_out = 1 - kept / played if played else 1.0
    return finding("quads_left_out", round(left_out, 3), MOST_LEFT_OUT,
                   f"only in {kept} of {played} quads all was delivered by the end of each window", unit="share")
