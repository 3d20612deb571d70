"""Files on their way to the broker and back, in pieces, by their SHA-256. Both go on where an earlier try has stopped."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

from .channel import Channel
from ..errors import ConflictError, DamagedError
from .wire import PIECE_BYTES

WINDOW = 8
READ_BYTES = 1024 * 1024
TRIES = 3


def digest_of(path: Path) -> tuple[str, int]:
    """SHA-256 in lower-case hex, and bytes."""
    digest, total = hashlib.sha256(), 0
    with open(path, "rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
            total += len(block)
    return digest.hexdigest(), total


async def file_put(channel: Channel, path: Path, sha256: str, total: int, seconds: float) -> None:
    """Until the broker has all of it on its disk. ConflictError when the file is not what it was."""
    about = {"sha256": sha256, "bytes": total}
    with open(path, "rb") as file:
        answers = [await channel.ask("PUT", {**about, "offset": 0}, "STORED", seconds=seconds)]
        standing = 0
        while not answers[-1].body.get("whole"):
            offset = int(answers[-1].body["offset"])
            pieces = await asyncio.to_thread(_pieces, file.fileno(), offset, total)
            if not pieces:
                raise ConflictError(f"{path} has changed while it was sent")
            answers = await asyncio.gather(
                *(
                    channel.ask("PUT", {**about, "offset": at}, "STORED", seconds=seconds, payload=piece)
                    for at, piece in pieces
                )
            )
            standing = standing + 1 if int(answers[-1].body["offset"]) <= offset else 0
            if standing == TRIES:
                raise ConflictError(f"the broker takes no further piece of {path}")


def _pieces(fd: int, offset: int, total: int) -> list[tuple[int, bytes]]:
    ends = min(total, offset + WINDOW * PIECE_BYTES)
    found = [(at, os.pread(fd, min(PIECE_BYTES, total - at), at)) for at in range(offset, ends, PIECE_BYTES)]
    return [] if any(not piece for _, piece in found) else found


async def file_get(channel: Channel, sha256: str, total: int, ticket: str | None, target: Path, seconds: float) -> None:
    """Writes target, which is not there before, for its owner alone. DamagedError when it is not what `sha256` says."""
    digest = hashlib.sha256()
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(fd, "wb") as file:
        for begin in range(0, total, WINDOW * PIECE_BYTES):
            end = min(total, begin + WINDOW * PIECE_BYTES)
            answers = await asyncio.gather(
                *(
                    channel.ask(
                        "GET",
                        {"sha256": sha256, "offset": at, "bytes": min(PIECE_BYTES, total - at), "ticket": ticket},
                        "CHUNK",
                        seconds=seconds,
                    )
                    for at in range(begin, end, PIECE_BYTES)
                )
            )
            for answer in answers:
                digest.update(answer.payload or b"")
                file.write(answer.payload or b"")
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != sha256:
        raise DamagedError(f"{target.name} came otherwise than its SHA-256 says; fetch it again")


def file_copy(source: Path, sha256: str, target: Path) -> None:
    """From a folder that this host sees. DamagedError as above; OSError."""
    digest = hashlib.sha256()
    fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with open(source, "rb") as from_file, open(fd, "wb") as file:
        while block := from_file.read(READ_BYTES):
            digest.update(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != sha256:
        raise DamagedError(f"{source} is not what its SHA-256 says")
