"""What can go wrong, as exceptions. Each has `code`, a word that programs can decide by, and a sentence for people."""

from __future__ import annotations

from typing import Any


class DmhError(Exception):
    """The base of them all; `code` is a word of PROTOCOL.md's ERROR, or of a job that has failed."""

    code = "internal"

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.code)


class MalformedError(DmhError):
    """What came, or was sent, is no message, no key or no result of dmh."""

    code = "malformed"


class UnsupportedError(DmhError):
    """The other end, or this package, does not know how."""

    code = "unsupported"


class NotFoundError(DmhError):
    """There is no such job, batch, file or program (or it is another's)."""

    code = "not_found"


class ConflictError(DmhError):
    """The job is in another state than this needs, or something is there already."""

    code = "conflict"


class TooLargeError(DmhError):
    """It is larger than a bound of the protocol, or than the broker has room for."""

    code = "too_large"


class UnavailableError(DmhError):
    """Nobody has answered in time, or the broker cannot do it now."""

    code = "unavailable"


class UnauthorizedError(DmhError):
    """The key has no right to it, or others of this host can read the key."""

    code = "unauthorized"


class InternalError(DmhError):
    """A mistake of dmh's."""

    code = "internal"


class UsageError(DmhError):
    """The call is wrong: an option that is none, an address that is none."""

    code = "usage"


class DamagedError(DmhError):
    """A file is not what its SHA-256 says."""

    code = "damaged"


class JobFailedError(DmhError):
    """A job ended as `failed` or `cancelled`; `code` says why, `job` is its id, `folder` its result if it has left one."""

    code = "failed"

    def __init__(self, message: str, code: str | None = None, job: str = "", folder: str | None = None) -> None:
        super().__init__(message, code)
        self.job = job
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message, self.code, self.job, self.folder)


_BY_CODE: dict[str, type[DmhError]] = {
    kind.code: kind
    for kind in (
        MalformedError,
        UnsupportedError,
        NotFoundError,
        ConflictError,
        TooLargeError,
        UnavailableError,
        UnauthorizedError,
        InternalError,
    )
}


def error_of(code: str, message: str) -> DmhError:
    """The exception for an ERROR of the broker's."""
    return _BY_CODE.get(code, DmhError)(message or code, code)
