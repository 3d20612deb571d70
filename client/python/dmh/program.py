"""`dmh run`: harmonizes here, without a broker, by the program dmh."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, overload

from .errors import DmhError, JobFailedError, NotFoundError, UnavailableError, UsageError
from .options import command_words
from .results.result import Result

PathLike = str | os.PathLike[str]

STRICT = 3
_ERRORS: dict[int, type[DmhError]] = {2: UsageError, 4: UnavailableError}


class Results(Sequence[Result]):
    """Those of several inputs, in their order; `to_pandas` is one table of them, with `source_file` before the others."""

    def __init__(self, results: Sequence[Result]) -> None:
        self._results = list(results)

    @overload
    def __getitem__(self, at: int) -> Result: ...
    @overload
    def __getitem__(self, at: slice) -> Results: ...
    def __getitem__(self, at: int | slice) -> Result | Results:
        return Results(self._results[at]) if isinstance(at, slice) else self._results[at]

    def __len__(self) -> int:
        return len(self._results)

    def records(self) -> Iterator[dict[str, Any]]:
        for result in self._results:
            yield from result.records()

    def to_pandas(self) -> Any:
        """One DataFrame; records that several inputs hold are in it several times (dmh run --join tells them apart)."""
        import pandas as pd

        frames = []
        for result in self._results:
            frame = result.to_pandas()
            frame.insert(0, "source_file", pd.Series([result.report.name] * len(frame), dtype="string", index=frame.index))
            frames.append(frame)
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()

    def __repr__(self) -> str:
        return f"<Results of {len(self)} inputs>"

    def _repr_html_(self) -> str:
        return "".join(result._repr_html_() for result in self._results)


def program_path(program: PathLike | None = None) -> str:
    found = shutil.which(os.fspath(program) if program else os.environ.get("DMH_PROGRAM", "dmh"))
    if not found:
        raise NotFoundError("the program dmh is not on PATH; install it, or give program= or DMH_PROGRAM")
    return found


class Run:
    """One call of the program: its words before, what it said after."""

    def __init__(self, paths: Sequence[PathLike], output: PathLike | None, program: PathLike | None, options: dict[str, Any]):
        self.keeper = None if output else TemporaryDirectory(prefix="dmh-")
        folder = Path(self.keeper.name if self.keeper else os.fspath(output or ""))
        self.scratch = TemporaryDirectory(prefix="dmh-options-")
        words = command_words({**options, "quiet": True, "json": True}, Path(self.scratch.name))
        inputs = [os.fspath(path) for path in paths]
        if not inputs:
            raise UsageError("there is no input")
        self.argv = [program_path(program), "run", *words, f"--output={folder / 'results' if self.keeper else folder}", "--", *inputs]

    def results(self, status: int, said: bytes, complaint: bytes) -> Results:
        """Raises what has failed; JobFailedError names the first job, the results of the others lie in the folder."""
        self.scratch.cleanup()
        lines = [json.loads(line) for line in said.splitlines() if line.startswith(b"{")]
        for line in lines:
            if line.get("state") not in (None, "done"):
                message = line.get("message") or f"{line.get('input')} is {line['state']}"
                raise JobFailedError(message, line.get("code"), str(line.get("job", "")), None if self.keeper else line.get("folder"))
        if status not in (0, STRICT):
            sentence = complaint.decode("utf-8", "replace").strip().removeprefix("dmh: ")
            raise _ERRORS.get(status, DmhError)(sentence or f"dmh run ended with {status}")
        results = Results([Result(Path(line["folder"]), self.keeper) for line in lines if line.get("folder")])
        if status == STRICT:
            raise JobFailedError("records were rejected or are in conflict (strict)", "strict")
        return results


def one_of(results: Results, path: PathLike) -> Result:
    if len(results) != 1:
        raise UsageError(f"{os.fspath(path)} gives {len(results)} results; give it in a list: dmh.run([…])")
    return results[0]


@overload
def run(path: PathLike, *, output: PathLike | None = None, program: PathLike | None = None, **options: Any) -> Result: ...  # type: ignore[misc]
@overload
def run(
    path: Sequence[PathLike], *, output: PathLike | None = None, program: PathLike | None = None, **options: Any
) -> Results: ...
def run(
    path: PathLike | Sequence[PathLike], *, output: PathLike | None = None, program: PathLike | None = None, **options: Any
) -> Result | Results:
    """Harmonizes an input (a Result) or a list of files and folders (Results) in this machine, by the program dmh.

    `output`: the folder as `-o` has it; without one the result lies in a temporary folder, as long as it is used.
    `options` are those of `dmh run` with `_` for `-`: date_order="dmy", fail_on=["completeness"], strict=True; `mapping`
    and `schema` may be dicts. JobFailedError when a job fails; UsageError with the program's sentence for a wrong option.
    """
    many = not isinstance(path, (str, os.PathLike))
    paths: Sequence[PathLike] = path if many else [path]  # type: ignore[assignment, list-item]
    call = Run(paths, output, program, options)
    done = subprocess.run(call.argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    results = call.results(done.returncode, done.stdout, done.stderr)
    return results if many else one_of(results, paths[0])
