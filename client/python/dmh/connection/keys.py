"""CURVE keys, as files of `dmh keys`. A secret is read from its owner's own file and shown nowhere."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import MalformedError, NotFoundError, UnauthorizedError, UsageError

KEY_FILE_BYTES_MAX = 4096
_Z85 = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#")


@dataclass(frozen=True)
class Credential:
    """What a socket shows: one's own pair of keys, and the public key of the broker that is meant."""

    public: bytes
    secret: bytes = field(repr=False)
    server: bytes


def _is_key(text: str) -> bool:
    return len(text) == 40 and _Z85.issuperset(text)


def _read(path: Path) -> dict[str, str]:
    try:
        with open(path, "rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(KEY_FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise NotFoundError(f"there is no key file {path}") from None
    except OSError as error:
        raise UnauthorizedError(f"the key file {path} cannot be read: {error.strerror}") from None
    if len(data) > KEY_FILE_BYTES_MAX:
        raise MalformedError(f"{path} is too long to be a key file")
    found: dict[str, str] = {}
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise MalformedError(f"{path}:{number}: a line of a key file is `name = value`")
        found[name.strip()] = value.strip()
    if "secret" in found and stat.S_IMODE(mode) & 0o077:
        raise UnauthorizedError(f"others of this host can read the secret in {path}: chmod 600 {path}")
    for half in ("public", "secret"):
        if half in found and not _is_key(found[half]):
            raise MalformedError(f"{path}: its {half} key is not 40 characters of Z85")
    return found


def credential_read(key: str | os.PathLike[str], server_key: str | os.PathLike[str]) -> Credential:
    """The key file NAME.key, and the broker's: the file server.pub, or the 40 characters of its public key."""
    own = _read(Path(key))
    if "public" not in own or "secret" not in own:
        raise UsageError(f"{key} holds no secret key; give the file NAME.key that dmh keys new has made")
    if isinstance(server_key, str) and _is_key(server_key):
        server = server_key
    else:
        server = _read(Path(server_key)).get("public", "")
        if not server:
            raise MalformedError(f"{server_key} holds no public key")
    return Credential(own["public"].encode(), own["secret"].encode(), server.encode())
