"""The verdicts as a test report that CI servers show: a test for each threshold at each place."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from pushbench.gate.judge import FAILED, HELD, OPEN, Judged
from pushbench.gate.told import line

SUITE = "pushbench.gate"
_OUTCOMES = {FAILED: "failure", OPEN: "skipped"}  # all else but what held is an error: there was nothing to judge


def to_junit(rows: Sequence[Judged], run_id: str) -> str:
    outcomes = [None if row.verdict == HELD else _OUTCOMES.get(row.verdict, "error") for row in rows]
    top = ElementTree.Element("testsuites", name="pushbench")
    suite = ElementTree.SubElement(top, "testsuite", name=SUITE, tests=str(len(rows)), time="0")
    for name, what in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(outcomes.count(what)))
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="run", value=run_id)
    for row, outcome in zip(rows, outcomes, strict=True):
        name = f"{row.threshold.text} at {row.place}" if row.place else row.threshold.text
        case = ElementTree.SubElement(suite, "testcase", classname=SUITE, name=name, time="0")
        if outcome is None:
            ElementTree.SubElement(case, "system-out").text = line(row)
        else:
            ElementTree.SubElement(case, outcome, message=line(row))
    ElementTree.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(top, encoding="unicode") + "\n"
