"""The asyncio twin: the same broker, jobs and batches as `dmh.connect` gives, with `await`.

    async with await dmh.aio.connect() as broker:
        job = await broker.submit("labs.csv", date_order="dmy")
        await job.wait()
        result = await job.fetch()
"""

from __future__ import annotations

import asyncio
import os
import secrets
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, overload

from .errors import JobFailedError, UnavailableError, UsageError
from .results.fetch import result_fetch
from .results.html_table import html_table
from .connection.keys import Credential, credential_read
from .connection.link import Link
from .connection.place import fronts_of
from .program import PathLike, Results, Run, one_of
from .progress import Progress
from .record import COUNTS, BatchRecord, Event, JobRecord, WorkerInfo, taken
from .results.result import Result
from .submission import Submission

QUIET_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
FOLLOWED_AT_ONCE = 256
ANSWER_SECONDS = 5.0


class Job:
    """One job at a broker. `record` is what was last heard of it; `refresh` asks anew. `brought`: its result in a temporary
    folder, once `fetch` has brought it. In Jupyter a table."""

    def __init__(self, link: Link, record: JobRecord) -> None:
        self._link = link
        self.record = record
        self.brought: Result | None = None

    @property
    def id(self) -> str:
        return self.record.job

    @property
    def state(self) -> str:
        """queued, running, done, failed or cancelled, as last heard"""
        return self.record.state

    @property
    def counts(self) -> dict[str, int]:
        return self.record.counts

    async def _request(self, kind: str, repeat: bool = True) -> Job:
        answer = await self._link.ask(kind, {"job": self.id}, "JOB_STATE", repeat=repeat)
        self.record = taken(JobRecord, answer.body["job"])
        return self

    async def refresh(self) -> Job:
        return await self._request("STATUS")

    async def cancel(self) -> Job:
        """ConflictError when it has ended."""
        return await self._request("CANCEL", repeat=False)

    async def retry(self) -> Job:
        """A failed or cancelled job begins again; ConflictError in another state."""
        self.brought = None
        return await self._request("RETRY", repeat=False)

    async def remove(self) -> Job:
        """The job, its input and its result leave for good; NotFoundError of `refresh` tells that it is done."""
        return await self._request("REMOVE")

    async def events(self) -> AsyncIterator[Event]:
        """Its state now, and each change and progress, until it has ended. An event is the whole state; some may be missing
        when the reader is slow. A broker that is silent is waited for 30 s."""
        loop = asyncio.get_running_loop()
        heard, last = loop.time(), None
        with self._link.listen(self.id) as queue:
            while True:
                try:
                    event = taken(Event, await asyncio.wait_for(queue.get(), QUIET_SECONDS if last else 0.2))
                except asyncio.TimeoutError:
                    event = None
                if event is None or event.ended:  # one of an attempt before RETRY may be told once more
                    try:
                        await self.refresh()
                    except UnavailableError:
                        if loop.time() - heard > PATIENCE_SECONDS:
                            raise
                        continue
                    asked = self.record.event()
                    event = asked if event is None or asked.state != event.state else event
                heard = loop.time()
                if last is None or (event.state, event.attempt, event.bytes_done) != (last.state, last.attempt, last.bytes_done):
                    last = event
                    yield event
                if event.ended:
                    return

    async def wait(self, progress: bool = False, check: bool = True, timeout: float | None = None) -> Job:
        """Until it has ended. JobFailedError when not as `done`, unless `check` is False; TimeoutError after `timeout` s."""
        shown = Progress(1) if progress else None
        try:
            await asyncio.wait_for(_follow(self.events(), shown), timeout)
        finally:
            if shown:
                shown.close()
        if check:
            self._check()
        return self

    def _check(self) -> None:
        if self.state in ("failed", "cancelled"):
            message = self.record.message or f"job {self.id} is {self.state}"
            raise JobFailedError(message, self.record.code or self.state, self.id)

    async def fetch(self, folder: PathLike | None = None) -> Result:
        """Brings the result of an ended job to `folder`, which is not there yet, each file checked by its SHA-256, and tells
        the broker so; without one to a temporary folder, of which it is told nothing, as long as the Result is used."""
        if folder is None and self.brought:
            return self.brought
        await self.refresh()
        if folder is None:
            keeper = tempfile.TemporaryDirectory(prefix="dmh-")
            target = Path(keeper.name) / "result"
            await result_fetch(self._link, self.record, target)
            self.brought = Result(target, keeper)
            return self.brought
        await result_fetch(self._link, self.record, Path(folder))
        if self.state == "done":
            await self._request("FETCHED")
        return Result(Path(folder))

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.record.name}: {self.state}>"

    def _repr_html_(self) -> str:
        return jobs_table("", [self.record])


def jobs_table(caption: str, records: Sequence[JobRecord]) -> str:
    rows = ([r.job, r.name, r.state, r.kind, *r.counts.values(), r.message] for r in records)
    return html_table(caption, ("job", "name", "state", "kind", *COUNTS, "message"), rows)


async def _follow(events: AsyncIterator[Event], shown: Progress | None) -> None:
    async for event in events:
        if shown:
            shown.take(event)


class Batch(Sequence[Job]):
    """Jobs that were submitted together, in the order of their inputs."""

    def __init__(self, link: Link, batch_id: str, jobs: Sequence[Job]) -> None:
        self._link = link
        self.id = batch_id
        self.jobs = list(jobs)

    @overload
    def __getitem__(self, at: int) -> Job: ...
    @overload
    def __getitem__(self, at: slice) -> list[Job]: ...
    def __getitem__(self, at: int | slice) -> Job | list[Job]:
        return self.jobs[at]

    def __len__(self) -> int:
        return len(self.jobs)

    async def _request(self, action: str | None = None) -> tuple[BatchRecord, int]:
        """Piece by piece, as one BATCH looks at 512 jobs; what it has changed is summed."""
        at, changed = 0, 0
        while True:
            body = {"batch": self.id, "action": action, "from": at}
            answer = (await self._link.ask("BATCH", body, "BATCH_STATE", repeat=action is None)).body
            changed += answer.get("changed", 0)
            if not answer.get("more"):
                return taken(BatchRecord, answer["batch"]), changed
            at = answer["next"]

    async def status(self) -> BatchRecord:
        return (await self._request())[0]

    async def cancel(self) -> int:
        """Those that have not ended; how many they were."""
        return (await self._request("cancel"))[1]

    async def retry(self) -> int:
        """Those that failed or were cancelled; how many they were."""
        return (await self._request("retry"))[1]

    async def remove(self) -> int:
        """All of them leave for good; ConflictError while one runs."""
        return (await self._request("remove"))[1]

    async def refresh(self) -> Batch:
        records = await _list_all(self._link, {"batch": self.id})
        by_id = {job.id: job for job in self.jobs}
        for record in records:
            if record.job in by_id:
                by_id[record.job].record = record
        return self

    async def events(self) -> AsyncIterator[Event]:
        """The events of all its jobs, as they come, until each has ended; 256 jobs are followed at a time."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue(FOLLOWED_AT_ONCE)
        room = asyncio.Semaphore(FOLLOWED_AT_ONCE)

        async def one(job: Job) -> None:
            async with room:
                async for event in job.events():
                    await queue.put(event)

        async def every() -> None:
            try:
                await gather_all([one(job) for job in self.jobs])
            finally:
                await queue.put(None)

        following = asyncio.ensure_future(every())
        try:
            while (event := await queue.get()) is not None:
                yield event
            await following
        finally:
            following.cancel()

    async def wait(self, progress: bool = False, check: bool = True, timeout: float | None = None) -> Batch:
        """Until all have ended; then JobFailedError of the first that is not `done`, unless `check` is False."""
        shown = Progress(len(self.jobs)) if progress else None
        try:
            await asyncio.wait_for(_follow(self.events(), shown), timeout)
        finally:
            if shown:
                shown.close()
        if check:
            for job in self.jobs:
                job._check()
        return self

    async def fetch(self, folder: PathLike | None = None) -> Results:
        """The results of all; below `folder` each under its input's name without endings (with them where two are alike, and
        with the job's id where that is not enough)."""
        names = result_names([job.record for job in self.jobs])
        results = []
        for job, name in zip(self.jobs, names, strict=True):
            results.append(await job.fetch(Path(folder) / name if folder is not None else None))
        return Results(results)

    def __repr__(self) -> str:
        return f"<Batch {self.id} of {len(self.jobs)} jobs>"

    def _repr_html_(self) -> str:
        return jobs_table(f"batch {self.id}", [job.record for job in self.jobs])


_ENDINGS = (".gz", ".zst", ".csv", ".tsv", ".txt", ".json", ".ndjson", ".jsonl")


def result_names(records: Sequence[JobRecord]) -> list[str]:
    """A folder a job, of plain names alone, whatever the broker says."""

    def plain(record: JobRecord) -> str:
        name = record.name.rpartition("/")[2].replace("\0", "")
        return name if name.strip(".") else record.job

    def short(name: str) -> str:
        for ending in _ENDINGS[:2], _ENDINGS[2:]:
            for word in ending:
                name = name[: -len(word)] if name.lower().endswith(word) and len(name) > len(word) else name
        return name

    fulls = [plain(record) for record in records]
    shorts = [short(name) for name in fulls]
    names = [s if shorts.count(s) == 1 else f for s, f in zip(shorts, fulls, strict=True)]
    return [n if names.count(n) == 1 else f"{n}-{r.job}" for n, r in zip(names, records, strict=True)]


async def gather_all(tasks: Sequence[Any]) -> None:
    """All of them; the first that fails ends the others."""
    running = [asyncio.ensure_future(task) for task in tasks]
    try:
        await asyncio.gather(*running)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _list_all(link: Link, body: dict[str, Any], most: int | None = None) -> list[JobRecord]:
    records: list[JobRecord] = []
    after: str | None = None
    while most is None or len(records) < most:
        answer = (await link.ask("LIST", {**body, "limit": 64, "after": after}, "JOBS")).body
        records += [taken(JobRecord, job) for job in answer["jobs"]]
        if not answer.get("more") or not answer["jobs"]:
            break
        after = records[-1].job
    return records[:most]


class Broker:
    """The link to a broker; made by `connect`. In a `with` it closes itself."""

    def __init__(self, link: Link) -> None:
        self._link = link

    async def __aenter__(self) -> Broker:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        await self._link.close()

    @property
    def version(self) -> str:
        return str(self._link.welcome.get("version", ""))

    @overload
    async def submit(  # type: ignore[misc]
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
    async def submit(
        self,
        paths: Sequence[PathLike],
        *,
        batch: str | None = None,
        submit_key: str | None = None,
        correlation: str | None = None,
        transfer: str = "auto",
        **options: Any,
    ) -> Batch: ...
    async def submit(
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
        many = not isinstance(paths, (str, bytes)) and isinstance(paths, Sequence)
        files: list[Any] = list(paths) if many else [paths]  # type: ignore[arg-type]
        submission = Submission(self._link, [Path(file) for file in files], options, transfer)
        key = submit_key or secrets.token_hex(16)
        batch_id, ids = await submission.send(key, correlation, batch if many else None, many)
        names = [path.name for path in submission.paths]
        jobs = [Job(self._link, JobRecord(job, "queued", name=name)) for job, name in zip(ids, names, strict=True)]
        return Batch(self._link, batch_id, jobs) if many else jobs[0]

    async def job(self, job: str) -> Job:
        """By its id. NotFoundError, also for another's."""
        return await Job(self._link, JobRecord(job, "")).refresh()

    async def batch(self, batch: str) -> Batch:
        """By its id or name."""
        found = (await self._link.ask("FIND", {"word": batch}, "FOUND")).body["things"]
        ids = [thing["id"] for thing in found if thing["id"].startswith("b-")]
        if len(ids) > 1:
            raise UsageError(f"“{batch}” may be {', '.join(ids)}")
        batch_id = ids[0] if ids else batch
        records = await _list_all(self._link, {"batch": batch_id})
        return Batch(self._link, batch_id, [Job(self._link, record) for record in records])

    async def list(self, state: str | None = None, limit: int = 32) -> list[Job]:
        """The newest jobs first."""
        return [Job(self._link, record) for record in await _list_all(self._link, {"state": state}, limit)]

    async def workers(self) -> Sequence[WorkerInfo]:
        """All of them, page by page."""
        workers: list[WorkerInfo] = []
        while True:
            after = {"after": workers[-1].worker} if workers else {}
            page = (await self._link.ask("WORKERS", after, "WORKER_LIST")).body
            workers += [taken(WorkerInfo, worker) for worker in page["workers"]]
            if not page.get("more") or not page["workers"]:
                return workers

    async def stats(self) -> dict[str, int]:
        """COUNTERS of PROTOCOL.md: jobs by state, workers, slots …"""
        body = (await self._link.ask("STATS", {}, "COUNTERS")).body
        return {name: value for name, value in body.items() if name != "request"}

    def __repr__(self) -> str:
        return f"<Broker {', '.join(self._link.fronts)}>"


def link_of(broker: str | None, key: PathLike | None, server_key: PathLike | None, timeout: float) -> Link:
    credential = credential_of(key, server_key)
    return Link(fronts_of(broker, credential is not None), credential, timeout)


def credential_of(key: PathLike | None, server_key: PathLike | None) -> Credential | None:
    own, server = key or os.environ.get("DMH_KEY"), server_key or os.environ.get("DMH_SERVER_KEY")
    if not own and not server:
        return None
    if not own or not server:
        raise UsageError("a key (DMH_KEY) and the broker's server.pub (DMH_SERVER_KEY) are given together")
    return credential_read(own, server)


async def connect(
    broker: str | None = None,
    *,
    key: PathLike | None = None,
    server_key: PathLike | None = None,
    timeout: float = ANSWER_SECONDS,
) -> Broker:
    """As dmh.connect."""
    link = link_of(broker, key, server_key, timeout)
    try:
        await link.open()
    except BaseException:
        await link.close()
        raise
    return Broker(link)


@overload
async def run(path: PathLike, *, output: PathLike | None = None, program: PathLike | None = None, **options: Any) -> Result: ...  # type: ignore[misc]
@overload
async def run(
    path: Sequence[PathLike], *, output: PathLike | None = None, program: PathLike | None = None, **options: Any
) -> Results: ...
async def run(
    path: PathLike | Sequence[PathLike], *, output: PathLike | None = None, program: PathLike | None = None, **options: Any
) -> Result | Results:
    """As dmh.run."""
    many = not isinstance(path, str) and isinstance(path, Sequence)
    paths: list[Any] = list(path) if many else [path]  # type: ignore[arg-type]
    call = Run(paths, output, program, options)
    devnull, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*call.argv, stdin=devnull, stdout=pipe, stderr=pipe)
    try:
        said, complaint = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    results = call.results(process.returncode or 0, said, complaint)
    return results if many else one_of(results, paths[0])


__all__ = ["Batch", "Broker", "Job", "connect", "run"]
