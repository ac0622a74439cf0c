"""What a duet has shown: its quads in CPU time per delivery, and whether it may be believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pushbench.run.kinds.duet.turns import Shape, Slice, shape_of
from pushbench.setup.plan import Trial

Result = dict[str, Any]
LEAST_SHARE = 0.5  # of the quads: with more left out, those that are left may be the lucky ones

# What the load generator's own rules find by design: it is asked to end, it does not publish, and two of them share a
# core. All else that makes a trial wrong makes a duet wrong.
BY_DESIGN = ("interrupted", "publish_rate", "publish_count", "generator_busy", "littles_law")
KEPT = ("schema_version", "transport", "connections", "topics", "valid", "published", "expected", "delivered", "lost",
        "duplicated", "reordered", "malformed", "early_ledger_ends", "drain", "window_s", "connect", "latency_us",
        "loadgen", "machine", "rules", "invalid_because", "marked_because")


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
                "a_us": [us(each.active_ns) for each in self.a], "b_us": [us(each.active_ns) for each in self.b],
                # Of the one that rests, over the slices of the other.
                "a_resting_us": us(sum(each.resting_ns for each in self.b)),
                "b_resting_us": us(sum(each.resting_ns for each in self.a))}


def outcome(trial: Trial, quads: Sequence[Quad], results: dict[str, Result]) -> dict[str, Any]:
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
        "invalid_because": [rule["text"] for rule in rules if rule["broken"] and rule["effect"] == "wrong"],
    }


def _settings(trial: Trial, shape: Shape) -> dict[str, Any]:
    return {"connections": trial.connections, "topics": trial.topics, "rate_per_s": trial.rate_per_s,
            "payload_bytes": trial.payload_bytes, "slice_s": trial.scenario.slice, "lead_in_s": trial.scenario.lead_in,
            "settle_s": shape.settle_s, "notifications": shape.count, "deliveries": shape.deliveries}


def _order_us(quads: Sequence[Quad]) -> float | None:
    """What it took a server to take an order; it is in no slice."""
    known = sorted(each.order_ns for quad in quads for each in (*quad.a, *quad.b) if each.order_ns is not None)
    return round(known[len(known) // 2] / 1e3, 1) if known else None


def _of_side(side: str, result: Result) -> list[dict[str, Any]]:
    """The load generator's own rules; from one that lists none, its counts."""
    if "rules" in result:
        return [rule | {"rule": f"{rule['rule']}_{side}", "text": rule["text"] and f"{side}: {rule['text']}"}
                for rule in result["rules"] if rule["rule"] not in BY_DESIGN and rule["effect"] == "wrong"]
    counts = {name: result.get(name) for name in ("lost", "duplicated", "reordered", "malformed")}
    counts["not connected"] = result.get("connect", {}).get("failed")
    return [_nothing(f"{name.replace(' ', '_')}_{side}", value, f"{side}: {value} {name}, where none may be")
            for name, value in counts.items()]


def _nothing(name: str, value: Any, text: str) -> dict[str, Any]:
    """A count that must be 0."""
    known = isinstance(value, (int, float))
    broken = known and value > 0
    return {"rule": name, "value": value if known else None, "limit": 0, "unit": "", "applies": True, "judged": known,
            "broken": broken, "effect": "wrong", "text": text if broken else ""}


def _enough_quads(kept: int, played: int) -> dict[str, Any]:
    share = kept / played if played else 0.0
    broken = share < LEAST_SHARE
    text = f"only in {kept} of {played} quads all was delivered by the end of each slice" if broken else ""
    return {"rule": "quads_delivered", "value": round(share, 3), "limit": LEAST_SHARE, "unit": "share", "applies": True,
            "judged": True, "broken": broken, "effect": "wrong", "text": text}
