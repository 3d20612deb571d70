"""DMH/1 on the wire: three or four frames, whose body is a bounded msgpack map. Knows no socket."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import msgpack

from ..errors import MalformedError, TooLargeError

MAGIC = b"DMH1"
BODY_BYTES_MAX = 64 * 1024
PAYLOAD_BYTES_MAX = 1024 * 1024
ENTRIES_MAX = 256
PIECE_BYTES = 262144

_KIND = re.compile(rb"[A-Z_]{1,15}\Z")

Body = dict[str, Any]


class Message(NamedTuple):
    kind: str
    body: Body
    payload: bytes | None


def body_encode(body: Body) -> bytes:
    """Keys whose value is None are left out: to DMH they are absent."""
    packed: bytes = msgpack.packb({key: value for key, value in body.items() if value is not None})
    if len(packed) > BODY_BYTES_MAX:
        raise TooLargeError("the request is larger than a message may be (64 KiB)")
    return packed


def body_decode(packed: bytes) -> Body:
    """MalformedError for what is no map with string keys within the bounds."""
    if len(packed) > BODY_BYTES_MAX:
        raise MalformedError("a body is longer than 64 KiB")
    try:
        body = msgpack.unpackb(packed, raw=False, max_map_len=ENTRIES_MAX, max_array_len=ENTRIES_MAX)
    except (ValueError, msgpack.exceptions.UnpackException, RecursionError) as error:
        raise MalformedError("a body is no msgpack within the bounds") from error
    if not isinstance(body, dict) or not all(isinstance(key, str) for key in body):
        raise MalformedError("a body is no map with texts for keys")
    return {key: value for key, value in body.items() if value is not None}


def message_encode(kind: str, body: Body, payload: bytes | None = None) -> list[bytes]:
    frames = [MAGIC, kind.encode(), body_encode(body)]
    return frames if payload is None else [*frames, payload]


def message_decode(frames: list[bytes]) -> Message:
    if len(frames) not in (3, 4) or frames[0] != MAGIC or not _KIND.match(frames[1]):
        raise MalformedError("that is no message of DMH1")
    payload = frames[3] if len(frames) == 4 else None
    if payload is not None and len(payload) > PAYLOAD_BYTES_MAX:
        raise MalformedError("a payload is longer than 1 MiB")
    return Message(frames[1].decode(), body_decode(frames[2]), payload)
