"""What the broker says of a job, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeVar

from .connection.wire import Body

ENDED = frozenset(("done", "failed", "cancelled"))
COUNTS = ("read", "written", "duplicates", "conflicts", "rejected")
T = TypeVar("T")


def taken(kind: type[T], body: Body) -> T:
    """The keys that the dataclass has; others are passed over, as a later version may say more."""
    names = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in body.items() if key in names})


@dataclass(frozen=True)
class Event:
    """The whole state of a job at one moment. Times are milliseconds since 1970."""

    job: str
    state: str
    name: str = ""
    kind: str = ""
    worker: str = ""
    attempt: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    read: int = 0
    written: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    records_per_second: float = 0.0
    eta_ms: int = -1
    revision: int = 0
    at: int = 0
    code: str = ""
    message: str = ""

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def share(self) -> float:
        """How much of the input is read, 0 to 1."""
        return 1.0 if self.state == "done" else self.bytes_done / self.bytes_total if self.bytes_total else 0.0


@dataclass(frozen=True)
class JobRecord:
    """A job as the broker knows it. Times are milliseconds since 1970, 0: not yet."""

    job: str
    state: str
    correlation: str = ""
    name: str = ""
    place: str = ""
    kind: str = ""
    worker: str = ""
    host: str = ""
    attempt: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    read: int = 0
    written: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0
    code: str = ""
    message: str = ""
    result: str = ""
    submitted_at: int = 0
    started_at: int = 0
    finished_at: int = 0
    fetched_at: int = 0
    deaths: int = 0
    owner: str = ""
    removal_at: int = 0
    batch: str = ""
    position: int = 0
    follows: int = 0
    waits_for: int = 0
    parts: int = 0
    waiting: str = ""
    revision: int = 0
    outputs: tuple[dict[str, Any], ...] = ()
    tickets: tuple[dict[str, Any], ...] = ()

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTS}

    def event(self) -> Event:
        names = {field.name for field in fields(Event)}
        return taken(Event, {name: value for name, value in vars(self).items() if name in names})


@dataclass(frozen=True)
class BatchRecord:
    """A batch: its jobs counted by state, sums over them."""

    batch: str
    total: int
    name: str = ""
    owner: str = ""
    submitted_at: int = 0
    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0
    bytes_done: int = 0
    bytes_total: int = 0
    read: int = 0
    written: int = 0
    duplicates: int = 0
    conflicts: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class WorkerInfo:
    worker: str
    host: str = ""
    version: str = ""
    pid: int = 0
    slots: int = 0
    busy: int = 0
    threads: int = 0
    since: int = 0
    last_heard: int = 0
    draining: bool = False
