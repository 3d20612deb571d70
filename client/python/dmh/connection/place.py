"""Where things are: a user's own broker, the disks that a process sees, a path as a URI and back."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from urllib.parse import quote_from_bytes, unquote_to_bytes

from ..errors import UnauthorizedError, UnavailableError, UsageError

KEYED_FRONT = "tcp://127.0.0.1:5570"


def socket_folder() -> Path:
    """The folder of this user's Unix sockets, whether it is there or not."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/"):
        return Path(runtime) / "dmh"
    return Path("/run/dmh") if os.geteuid() == 0 else Path(f"/tmp/dmh-{os.geteuid()}")


def _check_parents(folder: Path) -> None:
    """Nobody else may put another folder in its place: each one above is root's or the user's, and sticky if others write."""
    for parent in folder.parents:
        about = os.stat(parent)
        if about.st_uid not in (0, os.geteuid()) or (about.st_mode & 0o022 and not about.st_mode & stat.S_ISVTX):
            raise UnauthorizedError(f"others may replace {folder}, as {parent} is not only yours; name the broker")


def own_front() -> str:
    """The front of this user's own broker; refuses a folder that somebody else may have put there."""
    folder = socket_folder()
    try:
        about = os.lstat(folder)
    except FileNotFoundError:
        raise UnavailableError(f"no broker of yours runs here (there is no {folder}); start dmh-broker or name one") from None
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.geteuid() or stat.S_IMODE(about.st_mode) != 0o700:
        raise UnauthorizedError(f"{folder} is not a folder of yours of mode 0700; remove it, or name the broker")
    _check_parents(folder.parent.resolve() / folder.name)
    return f"ipc://{folder}/front"


def fronts_of(broker: str | None, keyed: bool) -> list[str]:
    """The endpoints that were named, with commas; else DMH_BROKER; else the one that is meant then."""
    named: str = broker or os.environ.get("DMH_BROKER") or ""
    fronts = [front.strip() for front in named.split(",") if front.strip()]
    for front in fronts:
        if not front.startswith(("tcp://", "ipc://")):
            raise UsageError(f"“{front}” is not the address of a broker, such as tcp://HOST:5570")
    return fronts or [KEYED_FRONT if keyed else own_front()]


def endpoint_seen(endpoint: str, front: str) -> str:
    """An endpoint of WELCOME, whose host `*` is the host by which the front was reached."""
    if endpoint.startswith("tcp://*:"):
        host = front.removeprefix("tcp://").rpartition(":")[0]
        return f"tcp://{host}:{endpoint.rpartition(':')[2]}"
    return endpoint


def disk_name() -> str | None:
    """HELLO's `disk`; None where the system does not tell."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = os.stat("/proc/self/ns/mnt")
    except OSError:
        return None
    return hashlib.sha256(f"dmh disk {boot} {space.st_dev} {space.st_ino}".encode()).hexdigest()[:32]


def lies_in(path: Path, roots: str | None) -> bool:
    """Whether workers open that file: `roots` of WELCOME, where an absent one means every folder."""
    real = path.resolve()
    folders = (roots or "").split(",")
    real, folders = path.resolve(), (roots or "").split(",")
    return not roots or any(real.is_relative_to(root) for root in folders if root)


def uri_of(path: Path) -> str:
    return "file://" + quote_from_bytes(os.fsencode(path), safe="/-._~")


def path_of(uri: str) -> Path:
    if not uri.startswith("file:///"):
        raise UsageError("that is no file:///")
    return Path(os.fsdecode(unquote_to_bytes(uri.removeprefix("file://"))))
