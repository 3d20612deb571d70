"""Inputs on their way to a broker: what has to travel is PUT first, then SUBMIT, in as many messages as it takes."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import ConflictError, MalformedError, NotFoundError, UsageError
from .connection.files import digest_of, file_put
from .connection.link import Link
from .options import job_options
from .connection.place import lies_in, uri_of
from .connection.wire import BODY_BYTES_MAX, Body, body_encode

INPUTS_MAX = 128
SUBMITS_AT_ONCE = 16
#  What a SUBMIT has beside its inputs, with the longest texts in it.
ROOM_BYTES = 1024


class Submission:
    def __init__(self, link: Link, paths: Sequence[Path], options: Mapping[str, Any], transfer: str) -> None:
        if transfer not in ("auto", "always", "never"):
            raise UsageError("transfer is “auto”, “always” or “never”")
        if not paths:
            raise UsageError("there is no input")
        self._link = link
        self._options = job_options(options)
        self._transfer = transfer
        self.paths = [Path(os.path.abspath(path)) for path in paths]
        for path in [*self.paths, *self._options.tables]:
            if not path.exists():
                raise NotFoundError(f"there is no {path}")
            if not path.is_file():
                raise UsageError(f"{path} is no file; of a folder give its files: sorted(Path(…).glob('*.csv'))")

    def _travels(self) -> bool:
        """All of it or nothing, as a worker takes all of a job from one place."""
        if self._transfer != "auto":
            return self._transfer == "always"
        welcome = self._link.welcome
        seen = welcome.get("shares_disk") and all(
            lies_in(path, welcome.get("roots")) for path in [*self.paths, *self._options.tables]
        )
        return self._link.has_files and not seen

    async def _put(self, path: Path) -> tuple[str, int]:
        sha256, total = await asyncio.to_thread(digest_of, path)
        await file_put(self._link.files(), path, sha256, total, self._link.seconds)
        return sha256, total

    async def _inputs(self) -> list[Body]:
        inputs: list[Body] = []
        travels = self._travels()
        places = _places(self.paths)
        if travels and self._options.tables:
            put = [await self._put(table) for table in self._options.tables]
            self._options.body["tables"] = [{"sha256": sha256, "bytes": total} for sha256, total in put]
        for path, place in zip(self.paths, places, strict=True):
            made: Body = {"name": path.name, "place": place}
            if travels:
                made["sha256"], made["bytes"] = await self._put(path)
                made["uri"], made["origin"] = f"sha256:{made['sha256']}", uri_of(path)
            else:
                made["uri"], made["bytes"] = uri_of(path), path.stat().st_size
            inputs.append(made)
        return inputs

    def _parts(self, inputs: list[Body]) -> list[tuple[int, list[Body]]]:
        """As many inputs a message as it holds, with the position of the first."""
        room = BODY_BYTES_MAX - ROOM_BYTES - len(body_encode(self._options.body))
        parts: list[tuple[int, list[Body]]] = []
        left = 0
        for at, made in enumerate(inputs):
            size = len(body_encode(made))
            if not parts or size > left or len(parts[-1][1]) == INPUTS_MAX:
                parts.append((at, []))
                left = room
            parts[-1][1].append(made)
            left -= size
        return parts

    async def send(self, key: str, correlation: str | None, batch: str | None, many: bool) -> tuple[str, list[str]]:
        """The batch's id (empty without one), and the jobs' in the order of the inputs."""
        inputs = await self._inputs()
        ids: list[str] = [""] * len(inputs)
        batches: set[str] = set()
        room = asyncio.Semaphore(SUBMITS_AT_ONCE)

        async def one(at: int, part: list[Body]) -> None:
            body: Body = {"submit_key": key, "correlation": correlation, "inputs": part, "options": self._options.body}
            if many:
                body.update(total=len(inputs), at=at, batch=batch)
            async with room:
                answer = (await self._link.ask("SUBMIT", body, "ACCEPTED")).body
            jobs = [str(job["job"]) for job in answer["jobs"]]
            if len(jobs) != len(part):
                raise MalformedError("the broker answered with another number of jobs than inputs")
            ids[at : at + len(part)] = jobs
            batches.add(str(answer.get("batch", "")))

        await asyncio.gather(*(one(at, part) for at, part in self._parts(inputs)))
        if len(batches) > 1:
            raise ConflictError("the broker answered with several batches")
        return batches.pop(), ids


def _places(paths: Sequence[Path]) -> list[str | None]:
    """Where each stands below the folder that all have in common; its name alone is none."""
    if len(paths) < 2:
        return [None] * len(paths)
    common = os.path.commonpath([path.parent for path in paths])
    places = [os.path.relpath(path, common) for path in paths]
    return [place if os.sep in place else None for place in places]
