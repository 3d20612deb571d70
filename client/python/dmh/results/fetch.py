"""Brings a result here: from the folder of its worker where this host sees it, else through the broker; each file checked."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ..errors import ConflictError, DamagedError, MalformedError, NotFoundError, UnavailableError
from ..connection.files import file_copy, file_get
from ..connection.link import Link
from ..connection.place import path_of
from ..record import JobRecord

RETRY_FIRST_SECONDS = 0.1
RETRY_MOST_SECONDS = 1.0
BRING_AGAIN_SECONDS = 3.0
PATIENCE_SECONDS = 60.0


def outputs_check(outputs: tuple[dict[str, Any], ...]) -> None:
    """Plain names, of a job that joins KIND/ before them: nothing that leaves the folder, nothing twice."""
    names = [str(output.get("name", "")) for output in outputs]
    for name in names:
        parts = name.split("/")
        if len(parts) > 2 or any(part in ("", ".", "..") or "\0" in part for part in parts):
            raise MalformedError("the broker names an output that is no plain file")
    if len(set(names)) != len(names):
        raise MalformedError("the broker names an output twice")


async def result_fetch(link: Link, record: JobRecord, folder: Path) -> None:
    """`folder` is there when all of it has come, whole, or not at all. ConflictError: the job has no result, or something
    is there already; NotFoundError, UnavailableError: nobody brings it; DamagedError."""
    if not record.result:
        raise ConflictError(f"job {record.job} is {record.state} and has no result")
    outputs_check(record.outputs)
    if folder.exists():
        raise ConflictError(f"{folder} is there already")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        if not await _from_folder(record, beside):
            await _from_broker(link, record, beside)
        _sync(beside)
        os.rename(beside, folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _target(beside: Path, output: dict[str, Any]) -> Path:
    target = beside / str(output["name"])
    target.parent.mkdir(mode=0o700, exist_ok=True)
    target.unlink(missing_ok=True)  # of a try before
    return target


async def _from_folder(record: JobRecord, beside: Path) -> bool:
    """false: it lies elsewhere. A folder of that path with other files in it is one of another host."""
    if not record.result.startswith("file:///"):
        return False
    folder = path_of(record.result)
    try:
        for output in record.outputs:
            await asyncio.to_thread(file_copy, folder / output["name"], output["sha256"], _target(beside, output))
    except (OSError, DamagedError):
        return False
    return True


async def _from_broker(link: Link, record: JobRecord, beside: Path) -> None:
    on_demand = not record.result.startswith("sha256:")
    tickets = {ticket["sha256"]: ticket["ticket"] for ticket in record.tickets}
    loop = asyncio.get_running_loop()
    if on_demand:
        await link.ask("BRING", {"job": record.job}, "JOB_STATE")
    moved = demanded = loop.time()
    for output in record.outputs:
        wait = RETRY_FIRST_SECONDS
        sha256 = output["sha256"]
        while True:
            try:
                target, total = _target(beside, output), int(output.get("bytes", 0))
                await file_get(link.files(), sha256, total, tickets.get(sha256), target, link.seconds)
                moved = loop.time()
                break
            except NotFoundError:
                if not on_demand:
                    raise
            if loop.time() - moved > PATIENCE_SECONDS:
                raise UnavailableError(f"no worker of host {record.host or '(not known)'} brings the result; see its log")
            await asyncio.sleep(wait)
            wait = min(wait * 2, RETRY_MOST_SECONDS)
            if loop.time() - demanded > BRING_AGAIN_SECONDS:
                demanded = loop.time()
                await _bring_again(link, record.job)


async def _bring_again(link: Link, job: str) -> None:
    """Its worker may be gone for a while."""
    try:
        await link.ask("BRING", {"job": job}, "JOB_STATE")
    except (NotFoundError, UnavailableError):
        pass
