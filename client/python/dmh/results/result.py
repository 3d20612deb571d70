"""A result: the folder with records, rejects, audit and report of one input. Reads, and changes nothing."""

from __future__ import annotations

import base64
import csv
import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TextIO

from .columns import Column, arrow_schema, columns_of, digits_of, frame_of, reader_of
from ..errors import MalformedError, NotFoundError, UnsupportedError
from .report import Report

Record = dict[str, Any]


@dataclass(frozen=True)
class Reject:
    """A record that was set aside: `reason` is `rejected` or `conflict`; `raw` holds bytes where it is no text."""

    record: int
    line: int
    reason: str
    rule: str
    field: str
    message: str
    raw: str | bytes


class Result:
    """`folder` is where it lies; one in a temporary folder leaves with the object. In Jupyter its report."""

    def __init__(self, folder: Path, keeper: TemporaryDirectory[str] | None = None) -> None:
        self.folder = Path(folder)
        self._keeper = keeper
        if not (self.folder / "report.json").is_file() and not self.tables:
            raise NotFoundError(f"{self.folder} is no result of dmh: it has no report.json")

    @cached_property
    def tables(self) -> dict[str, Result]:
        """Of a job that joins several inputs: its tables by kind. Of any other result empty."""
        if (self.folder / "report.json").is_file() or not self.folder.is_dir():
            return {}
        folders = sorted(path for path in self.folder.iterdir() if (path / "report.json").is_file())
        return {path.name: Result(path, self._keeper) for path in folders}

    @cached_property
    def report(self) -> Report:
        return Report.read(self.folder / "report.json")

    @cached_property
    def _resource(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / "datapackage.json").read_bytes())["resources"][0]
            if "/" in found["path"] or found["path"].startswith("."):
                raise MalformedError(f"{self.folder}/datapackage.json names no file of its folder")
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise MalformedError(f"{self.folder}/datapackage.json is not one of dmh") from error
        return found

    @property
    def columns(self) -> list[Column]:
        """Empty of resources of FHIR, which are no table."""
        return columns_of(self._resource)

    def records(self, number: Callable[[str], Any] = float) -> Iterator[Record]:
        """One dict a record, in the file's order, in little memory. Texts are str with their leading zeros, dates
        `date`, date-times `datetime` (text where a column mixes them with dates), what is missing None. `number` reads
        numbers: with decimal.Decimal they keep their digits."""
        path = self.folder / self._resource["path"]
        form = self._resource.get("format")
        if form == "csv":
            return self._csv_records(path, number)
        if form == "ndjson":
            return self._json_records(path, number)
        if form == "sqlite":
            return self._table_records(path, number)
        raise UnsupportedError(f"records as “{form}” are not known here")

    def _csv_records(self, path: Path, number: Callable[[str], Any]) -> Iterator[Record]:
        with open(path, encoding="utf-8", newline="") as file:
            rows = _csv_rows(file)
            names: list[str] = next(rows, [])
            readers = self._readers(number)
            for row in rows:
                yield {n: readers.get(n, str)(cell) if cell else None for n, cell in zip(names, row, strict=True)}

    def _json_records(self, path: Path, number: Callable[[str], Any]) -> Iterator[Record]:
        readers = {} if not self.columns else self._readers(number)
        with open(path, encoding="utf-8") as file:
            for line in file:
                record = json.loads(line, parse_float=number, parse_int=number if readers else int)
                yield {n: readers[n](v) if n in readers and isinstance(v, str) else v for n, v in record.items()}

    def _table_records(self, path: Path, number: Callable[[str], Any]) -> Iterator[Record]:
        readers, digits = self._readers(number), digits_of(self._resource)
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as database:
            cursor = database.execute(f"SELECT * FROM {_quoted(self.report.kind)} ORDER BY rowid")
            names = [column[0] for column in cursor.description]
            for cells in cursor:
                row = dict(zip(names, cells, strict=True))
                yield {n: _cell(row.get(digits.get(n, "")), row[n], readers[n]) for n in readers}

    def _readers(self, number: Callable[[str], Any]) -> dict[str, Callable[[str], Any]]:
        return {column.name: reader_of(column, number) for column in self.columns}

    def to_pandas(self) -> Any:
        """A DataFrame by datapackage.json: text is `string` (leading zeros live, `NA` is a name), numbers float64, dates
        and times datetime64 (objects where a year is beyond that; times with an offset are UTC); an empty cell is
        missing, and nothing else. A column that mixes dates, local times and offsets stays text, with NAME_date beside."""
        try:
            import pandas as pd
        except ImportError:
            raise UnsupportedError("to_pandas needs pandas (Debian: python3-pandas)") from None
        columns = self._table_columns("to_pandas")
        names = [column.name for column in columns]
        if self._resource.get("format") == "csv":
            path = self.folder / self._resource["path"]
            table = pd.read_csv(path, dtype="string", keep_default_na=False, na_values=[""], encoding="utf-8")
        else:
            table = pd.DataFrame(self._texts(), columns=names, dtype="string")
        return frame_of(table, [column for column in columns if column.name in table])

    def to_arrow(self) -> Any:
        """A pyarrow.Table. Untested, as Debian 12 has no pyarrow."""
        try:
            import pyarrow as pa
        except ImportError:
            raise UnsupportedError("to_arrow needs pyarrow, which Debian 12 does not have") from None
        columns = self._table_columns("to_arrow")
        return pa.Table.from_pylist(list(self.records()), schema=arrow_schema(columns))

    def _table_columns(self, what: str) -> list[Column]:
        if not self.columns:
            raise UnsupportedError(f"{what} is for tables; records() gives resources of FHIR as they are")
        return self.columns

    def _texts(self) -> Iterator[dict[str, str | None]]:
        for record in self.records(number=str):
            yield {n: v if v is None else v if isinstance(v, str) else _text(v) for n, v in record.items()}

    def errors(self) -> Iterator[Reject]:
        """What is set aside in rejects.csv: rejected records, and those in conflict with one that stands."""
        with open(self.folder / "rejects.csv", encoding="utf-8", newline="") as file:
            rows = _csv_rows(file)
            names: list[str] = next(rows, [])
            for cells in rows:
                row = dict(zip(names, cells, strict=True))
                raw: str | bytes = base64.b64decode(row["raw"]) if row["raw_encoding"] == "base64" else row["raw"]
                yield Reject(
                    int(row["record"]), int(row["line"]), row["reason"], row["rule"], row["field"], row["message"], raw
                )

    def __repr__(self) -> str:
        return f"<Result {self.folder}>"

    def _repr_html_(self) -> str:
        tables = self.tables.values()
        return "".join(table._repr_html_() for table in tables) if tables else self.report._repr_html_()


def _csv_rows(file: TextIO) -> Iterator[list[str]]:
    """A cell may be as long as a record: csv's own bound of 128 KiB is lifted, for as long as it is lower."""
    if csv.field_size_limit() < sys.maxsize:
        csv.field_size_limit(sys.maxsize)
    return csv.reader(file)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _cell(digits: Any, value: Any, read: Callable[[str], Any]) -> Any:
    if value is None:
        return None
    text = digits if isinstance(digits, str) else value if isinstance(value, str) else repr(value)
    return read(text)


def _text(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value).lower() if isinstance(value, bool) else str(value)
