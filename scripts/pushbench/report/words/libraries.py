"""What a library costs, as the title and the sentence of a card."""

from __future__ import annotations

from pushbench import prose
from pushbench.analysis.library import OTHER, PROTOCOL, LibraryPrice
from pushbench.report.words import wording
from pushbench.setup.transports import name_of as title


def finding(found: LibraryPrice | None) -> tuple[str, str] | None:
    """The finding as a title and a sentence; None where it does not stand."""
    if found is None or not found.stands:
        return None
    said = []
    for by in dict.fromkeys(each.by for each in found.compared):
        costs = [f"{wording.estimate(each.library, '×')} the {each.what}" for each in found.compared if each.by == by]
        said.append(f"by another library, {title(by)}, takes {prose.listing(costs)} of ours")
    of_protocol = [f"{wording.estimate(each.protocol, '×')} the {each.what}" for each in found.compared
                   if each.by == found.compared[0].by]
    return ("The library costs more than the protocol",
            f"The same protocol {', and '.join(said)}; "
            f"another protocol on the same code, {title(OTHER)}, takes {prose.listing(of_protocol)} of "
            f"{title(PROTOCOL)}.")
