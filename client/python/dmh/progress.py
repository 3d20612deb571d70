"""How far jobs are, on standard error: one line that changes on a terminal and in Jupyter, else a line a change of state."""

from __future__ import annotations

import sys
import unicodedata
from typing import TextIO

from .record import ENDED, Event


def _plain(text: str) -> str:
    """A name as a terminal may have it: no control characters."""
    return "".join("?" if unicodedata.category(letter).startswith("C") else letter for letter in text)


class Progress:
    def __init__(self, total: int, to: TextIO | None = None) -> None:
        self._to = to or sys.stderr
        self._total = total
        self._states: dict[str, str] = {}
        self._shares: dict[str, float] = {}
        self._line = 0
        self._changes = self._to.isatty() or "ipykernel" in sys.modules

    def take(self, event: Event) -> None:
        changed = self._states.get(event.job) != event.state
        self._states[event.job] = event.state
        self._shares[event.job] = 1.0 if event.ended else event.share
        if self._changes:
            self._show(event)
        elif changed:
            self._to.write(f"{_plain(event.name or event.job)}: {event.state}\n")

    def _show(self, event: Event) -> None:
        ended = sum(state in ENDED for state in self._states.values())
        share = sum(self._shares.values()) / self._total if self._total else 1.0
        what = _plain(event.name or event.job) if self._total == 1 else f"{ended} of {self._total} jobs"
        state = f", {event.state}" if self._total == 1 else ""
        text = f"{what}: {share:.0%}{state}"
        self._to.write("\r" + text.ljust(self._line))
        self._line = len(text)
        self._to.flush()

    def close(self) -> None:
        if self._line:
            self._to.write("\n")
