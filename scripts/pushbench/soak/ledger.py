"""What a subscriber has by its own count: its cursor, and what was lost, repeated or passed over in silence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Accounts:
    """Of all subscribers together. The first line is what should happen, the second what never may."""

    delivered: int = 0
    told_of_another_life: int = 0
    lost: int = 0
    repeated: int = 0
    silent: int = 0  # went on in another life of the server without being told
    told_of_history: int = 0  # a gap within one life, though no limit struck
    wrong_gaps: int = 0  # a gap that does not begin where the subscriber was, or leads elsewhere than it says

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.repeated or self.silent or self.told_of_history or self.wrong_gaps)


class CursorLedger:
    """Begins with the first notification of a topic, in whatever life of the server it then is."""

    __slots__ = ("accounts", "epoch", "sequence")

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.epoch = ""
        self.sequence = 0

    @property
    def cursor(self) -> str:
        return f"{self.epoch}-{self.sequence}" if self.epoch else str(self.sequence)

    def got(self, epoch: str, sequence: int) -> None:
        accounts = self.accounts
        accounts.delivered += 1
        if epoch != self.epoch and self.epoch:
            accounts.silent += 1
        elif sequence <= self.sequence:
            accounts.repeated += 1
            return
        else:
            accounts.lost += sequence - self.sequence - 1
        self.epoch, self.sequence = epoch, sequence

    def told(self, after: int, first: int, cursor: str) -> None:
        """Of a gap: the server says where this subscriber was, and what it can get next."""
        epoch, _, sequence = cursor.rpartition("-")
        if after != self.sequence or int(sequence) + 1 != first:
            self.accounts.wrong_gaps += 1
        if epoch == self.epoch or not self.epoch:
            self.accounts.told_of_history += 1
        else:
            self.accounts.told_of_another_life += 1
        self.epoch, self.sequence = epoch, int(sequence)
