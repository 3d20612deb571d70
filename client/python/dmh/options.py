"""Options of a job as keyword arguments, in the words of `dmh submit`; `-` is `_`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import MalformedError, UsageError
from .connection.wire import Body

_TEXTS = frozenset(("kind", "format", "date_order", "decimal", "audit", "fail_on", "on_conflict", "encoding", "delimiter", "contig_style"))
_NUMBERS = frozenset(
    ("threads", "block_bytes", "priority", "record_bytes", "time_limit", "stall_seconds", "output_bytes", "unpacked_bytes", "job_memory", "memory", "split_bytes")
)
_FLAGS = frozenset(("strict", "no_header", "keep_case"))
_FILES = frozenset(("mapping", "schema"))


@dataclass
class JobOptions:
    """`body` as SUBMIT has it; `tables`: the files that the mapping joins, which travel when the input does."""

    body: Body = field(default_factory=dict)
    tables: list[Path] = field(default_factory=list)


def job_options(options: Mapping[str, Any]) -> JobOptions:
    made = JobOptions()
    for name, value in options.items():
        if value is None:
            continue
        if name in _TEXTS:
            made.body[name] = _text(value)
        elif name in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
            made.body[name] = value
        elif name in _FLAGS and isinstance(value, bool):
            made.body[name] = value
        elif name == "reference":
            made.body[name] = str(Path(os.fspath(value)).resolve())
        elif name in _FILES:
            _take_file(made, name, value)
        elif name in _NUMBERS | _FLAGS:
            raise UsageError(f"{name} cannot be {value!r}")
        else:
            raise UsageError(f"there is no option {name} of a job")
    return made


def _text(value: Any) -> str:
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(str(word) for word in value)
    return str(value)


def _take_file(made: JobOptions, name: str, value: Any) -> None:
    """A path, or what such a file holds as a dict; then paths in it begin in the current folder."""
    if isinstance(value, Mapping):
        text, file_name, folder = json.dumps(value), f"{name}.json", Path.cwd()
    else:
        path = Path(os.fspath(value))
        text, file_name, folder = path.read_text(encoding="utf-8"), path.name, path.resolve().parent
    made.body[name] = text
    made.body[f"{name}_name"] = file_name
    if name == "mapping":
        made.body["mapping_folder"] = str(folder)
        made.tables = [folder / table for table in _joined(text)]


def _joined(text: str) -> list[str]:
    try:
        joins = json.loads(text).get("joins", [])
        return [str(join["table"]) for join in joins]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise MalformedError("the mapping is no JSON object as dmh inspect --write-mapping makes one") from error


def command_words(options: Mapping[str, Any], scratch: Path) -> list[str]:
    """The same for the command line. What is no option of dmh, dmh says. `scratch` takes what was given as a dict."""
    words: list[str] = []
    for name, value in options.items():
        option = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            words.append(option)
            continue
        if isinstance(value, Mapping):
            file = scratch / f"{name}.json"
            file.write_text(json.dumps(value), encoding="utf-8")
            value = file
        words.append(f"{option}={os.fspath(value) if isinstance(value, os.PathLike) else _text(value)}")
    return words
