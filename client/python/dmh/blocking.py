"""The same without asyncio: each call waits. The work is done by `aio` in a thread with a loop of its own, so that it is
usable in Jupyter, where a loop runs already, and from several threads."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from types import TracebackType
from typing import Any, TypeVar, overload

from . import aio
from .errors import UnavailableError
from .program import PathLike, Results
from .record import BatchRecord, Event, JobRecord, WorkerInfo
from .results.report import Report
from .results.result import Record, Reject, Result

T = TypeVar("T")


class Loop:
    """A loop in a thread. What is interrupted here is cancelled there."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dmh", daemon=True)
        self._thread.start()

    def run(self, what: Coroutine[Any, Any, T]) -> T:
        if self._loop.is_closed():
            what.close()
            raise UnavailableError("the connection is closed")
        future = asyncio.run_coroutine_threadsafe(what, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def each(self, make: Callable[[], AsyncIterator[T]]) -> Iterator[T]:
        items = make()

        async def step() -> tuple[bool, T | None]:
            try:
                return True, await items.__anext__()
            except StopAsyncIteration:
                return False, None

        async def end() -> None:
            close = getattr(items, "aclose", None)
            if close:
                await close()

        try:
            while True:
                more, item = self.run(step())
                if not more:
                    return
                yield item  # type: ignore[misc]
        finally:
            if not self._loop.is_closed():
                self.run(end())

    def close(self) -> None:
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


class Job:
    """One job at a broker. `record` is what was last heard of it; `refresh` asks anew. In Jupyter a table."""

    def __init__(self, loop: Loop, job: aio.Job) -> None:
        self._loop = loop
        self._job = job

    @property
    def id(self) -> str:
        return self._job.id

    @property
    def record(self) -> JobRecord:
        return self._job.record

    @property
    def state(self) -> str:
        """queued, running, done, failed or cancelled, as last heard"""
        return self._job.state

    @property
    def counts(self) -> dict[str, int]:
        return self._job.counts

    def refresh(self) -> Job:
        self._loop.run(self._job.refresh())
        return self

    def cancel(self) -> Job:
        """ConflictError when it has ended."""
        self._loop.run(self._job.cancel())
        return self

    def retry(self) -> Job:
        """A failed or cancelled job begins again; ConflictError in another state."""
        self._loop.run(self._job.retry())
        return self

    def remove(self) -> Job:
        """The job, its input and its result leave for good; NotFoundError of `refresh` tells that it is done."""
        self._loop.run(self._job.remove())
        return self

    def events(self) -> Iterator[Event]:
        """Its state now, and each change and progress, until it has ended."""
        return self._loop.each(self._job.events)

    def wait(self, progress: bool = False, check: bool = True, timeout: float | None = None) -> Job:
        """Until it has ended. JobFailedError when not as `done`, unless `check` is False; TimeoutError after `timeout` s.
        `progress` shows how far it is, on standard error."""
        self._loop.run(self._job.wait(progress, check, timeout))
        return self

    def fetch(self, folder: PathLike | None = None) -> Result:
        """Brings the result of an ended job to `folder`, which is not there yet, each file checked by its SHA-256, and tells
        the broker so; without one to a temporary folder, of which it is told nothing, as long as the Result is used."""
        if folder is None and self._job.brought:
            return self._job.brought  # also when the connection is closed
        return self._loop.run(self._job.fetch(folder))

    @property
    def report(self) -> Report:
        """Of an ended job, as the other three: fetched when first asked for."""
        return self.fetch().report

    def records(self) -> Iterator[Record]:
        return self.fetch().records()

    def to_pandas(self) -> Any:
        return self.fetch().to_pandas()

    def errors(self) -> Iterator[Reject]:
        return self.fetch().errors()

    def __repr__(self) -> str:
        return repr(self._job)

    def _repr_html_(self) -> str:
        return self._job._repr_html_()


class Batch(Sequence[Job]):
    """Jobs that were submitted together, in the order of their inputs."""

    def __init__(self, loop: Loop, batch: aio.Batch) -> None:
        self._loop = loop
        self._batch = batch
        self._jobs = [Job(loop, job) for job in batch]

    @overload
    def __getitem__(self, at: int) -> Job: ...
    @overload
    def __getitem__(self, at: slice) -> list[Job]: ...
    def __getitem__(self, at: int | slice) -> Job | list[Job]:
        return self._jobs[at]

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def id(self) -> str:
        return self._batch.id

    def status(self) -> BatchRecord:
        return self._loop.run(self._batch.status())

    def refresh(self) -> Batch:
        self._loop.run(self._batch.refresh())
        return self

    def cancel(self) -> int:
        """Those that have not ended; how many they were."""
        return self._loop.run(self._batch.cancel())

    def retry(self) -> int:
        """Those that failed or were cancelled; how many they were."""
        return self._loop.run(self._batch.retry())

    def remove(self) -> int:
        """All of them leave for good; ConflictError while one runs."""
        return self._loop.run(self._batch.remove())

    def events(self) -> Iterator[Event]:
        """The events of all its jobs, as they come, until each has ended."""
        return self._loop.each(self._batch.events)

    def wait(self, progress: bool = False, check: bool = True, timeout: float | None = None) -> Batch:
        """Until all have ended; then JobFailedError of the first that is not `done`, unless `check` is False."""
        self._loop.run(self._batch.wait(progress, check, timeout))
        return self

    def fetch(self, folder: PathLike | None = None) -> Results:
        """The results of all; below `folder` each under its input's name."""
        return self._loop.run(self._batch.fetch(folder))

    @property
    def reports(self) -> list[Report]:
        return [result.report for result in self.fetch()]

    def records(self) -> Iterator[Record]:
        return self.fetch().records()

    def to_pandas(self) -> Any:
        """One DataFrame of them, `source_file` first."""
        return self.fetch().to_pandas()

    def errors(self) -> Iterator[Reject]:
        return (reject for result in self.fetch() for reject in result.errors())

    def __repr__(self) -> str:
        return repr(self._batch)

    def _repr_html_(self) -> str:
        return self._batch._repr_html_()


class Broker:
    """The link to a broker; made by `connect`. In a `with` it closes itself."""

    def __init__(self, loop: Loop, broker: aio.Broker) -> None:
        self._loop = loop
        self._broker = broker

    def __enter__(self) -> Broker:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """May be called again; its jobs answer nothing any more, the results that were fetched stay."""
        try:
            self._loop.run(self._broker.close())
        except UnavailableError:
            return
        self._loop.close()

    @property
    def version(self) -> str:
        return self._broker.version

    @overload
    def submit(  # type: ignore[misc]
        self,
        paths: PathLike,
        *,
        batch: str | None = None,
        submit_key: str | None = None,
        correlation: str | None = None,
        transfer: str = "auto",
        **options: Any,
    ) -> Job: ...
    @overload
    def submit(
        self,
        paths: Sequence[PathLike],
        *,
        batch: str | None = None,
        submit_key: str | None = None,
        correlation: str | None = None,
        transfer: str = "auto",
        **options: Any,
    ) -> Batch: ...
    def submit(
        self,
        paths: PathLike | Sequence[PathLike],
        *,
        batch: str | None = None,
        submit_key: str | None = None,
        correlation: str | None = None,
        transfer: str = "auto",
        **options: Any,
    ) -> Job | Batch:
        """A Job of a path, a Batch of a list; they are the broker's, acknowledged after its commit.

        `options` are those of `dmh submit` with `_` for `-`; `mapping` and `schema` are paths or dicts. `submit_key`: the
        same key gives the same jobs, however often it is submitted. `batch` is the name of one. `transfer`: "auto" sends the
        broker what its workers cannot open here, "always" all, "never" only paths.
        """
        made = self._loop.run(self._submit(paths, batch, submit_key, correlation, transfer, options))
        return Batch(self._loop, made) if isinstance(made, aio.Batch) else Job(self._loop, made)

    async def _submit(
        self,
        paths: Any,
        batch: str | None,
        submit_key: str | None,
        correlation: str | None,
        transfer: str,
        options: dict[str, Any],
    ) -> aio.Job | aio.Batch:
        made: aio.Job | aio.Batch = await self._broker.submit(
            paths, batch=batch, submit_key=submit_key, correlation=correlation, transfer=transfer, **options
        )
        return made

    def job(self, job: str) -> Job:
        """By its id. NotFoundError, also for another's."""
        return Job(self._loop, self._loop.run(self._broker.job(job)))

    def batch(self, batch: str) -> Batch:
        """By its id or name."""
        return Batch(self._loop, self._loop.run(self._broker.batch(batch)))

    def list(self, state: str | None = None, limit: int = 32) -> Sequence[Job]:
        """The newest jobs first."""
        return [Job(self._loop, job) for job in self._loop.run(self._broker.list(state, limit))]

    def workers(self) -> Sequence[WorkerInfo]:
        return self._loop.run(self._broker.workers())

    def stats(self) -> dict[str, int]:
        """COUNTERS of PROTOCOL.md: jobs by state, workers, slots …"""
        return self._loop.run(self._broker.stats())

    def __repr__(self) -> str:
        return repr(self._broker)


def connect(
    broker: str | None = None,
    *,
    key: PathLike | None = None,
    server_key: PathLike | None = None,
    timeout: float = aio.ANSWER_SECONDS,
) -> Broker:
    """The broker at an endpoint such as tcp://HOST:5570, or the first that answers of several with commas; without one
    DMH_BROKER, else the one of this user on this host.

    `key` and `server_key` are files of `dmh keys` (NAME.key and server.pub), for a broker that has keys; without them
    DMH_KEY and DMH_SERVER_KEY. `timeout`: seconds in which a request has to be answered, else UnavailableError, as here
    where nobody answers (a broker does not answer a key that it does not know).
    """
    loop = Loop()
    try:
        return Broker(loop, loop.run(aio.connect(broker, key=key, server_key=server_key, timeout=timeout)))
    except BaseException:
        loop.close()
        raise
