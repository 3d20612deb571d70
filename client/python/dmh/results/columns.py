"""What datapackage.json says of the columns, as types of Python, pandas and Arrow. Reads no record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..errors import MalformedError

#  What 64 bits of nanoseconds hold, in whole years.
PANDAS_YEARS = ("1678", "2261")


@dataclass(frozen=True)
class Column:
    """`type`: a word of Frictionless Table Schema; of a column that mixes dates, local times and offsets it is `mixed`."""

    name: str
    type: str
    title: str = ""
    description: str = ""


def columns_of(resource: dict[str, Any]) -> list[Column]:
    """Of a resource of datapackage.json; empty where it describes no table (FHIR). What a database has beside a column, its
    digits or its date, is none of its own."""
    told = [field for field in _fields(resource) if not {"digits_of", "date_of"} & field.get("dmh", {}).keys()]
    return [Column(str(f["name"]), _type(f), f.get("title", ""), f.get("description", "")) for f in told]


def digits_of(resource: dict[str, Any]) -> dict[str, str]:
    """Of a database, by the names of number columns: the one beside, which holds digits that a double does not show (5.10)."""
    return {f["dmh"]["digits_of"]: str(f["name"]) for f in _fields(resource) if "digits_of" in f.get("dmh", {})}


def _fields(resource: dict[str, Any]) -> list[dict[str, Any]]:
    fields = resource.get("schema", {}).get("fields", [])
    if not isinstance(fields, list) or not all(isinstance(field, dict) and "name" in field for field in fields):
        raise MalformedError("the fields of datapackage.json are no list of names")
    return fields


def _type(field: dict[str, Any]) -> str:
    told = field.get("dmh", {})
    if told.get("type") != "datetime":
        return str(field.get("type", "string"))
    forms = told.get("forms", [])
    if len(forms) > 1:
        return "mixed"
    return {"date": "date", "local": "local", "offset": "offset"}.get(forms[0], "string") if forms else "string"


def reader_of(column: Column, number: Callable[[str], Any]) -> Callable[[str], Any]:
    """A cell's text as a value; text that does not read so stays text."""
    readers: dict[str, Callable[[str], Any]] = {
        "number": number,
        "integer": int,
        "boolean": {"true": True, "false": False}.__getitem__,
        "date": date.fromisoformat,
        "datetime": datetime.fromisoformat,
        "local": datetime.fromisoformat,
        "offset": datetime.fromisoformat,
    }
    if column.type not in readers:
        return str
    read = readers[column.type]

    def careful(text: str) -> Any:
        try:
            return read(text)
        except (ValueError, KeyError, ArithmeticError):
            return text

    return careful


def frame_of(table: Any, columns: list[Column]) -> Any:
    """A DataFrame of texts, each column made what it is. Beside a mixed column NAME stands NAME_date, as in --format sqlite."""
    import pandas as pd

    for column in columns:
        texts = table[column.name].astype("string")
        if column.type == "number":
            table[column.name] = texts.astype("float64")
        elif column.type == "integer":
            table[column.name] = pd.to_numeric(texts).astype("Int64")
        elif column.type == "boolean":
            table[column.name] = texts.map({"true": True, "false": False}, na_action="ignore").astype("boolean")
        elif column.type == "date":
            table[column.name] = _dates(texts)
        elif column.type in ("datetime", "local", "offset"):
            table[column.name] = _times(texts, column.type == "offset")
        else:
            table[column.name] = texts
            if column.type == "mixed" and f"{column.name}_date" not in table:
                table.insert(table.columns.get_loc(column.name) + 1, f"{column.name}_date", _dates(texts.str[:10]))
    return table


def _is_near(texts: Any) -> bool:
    years = texts.dropna().str[:4]
    return bool(((years >= PANDAS_YEARS[0]) & (years <= PANDAS_YEARS[1])).all())


def _dates(texts: Any) -> Any:
    """datetime64, but objects of datetime.date where a year is beyond what that holds."""
    import pandas as pd

    if _is_near(texts):
        return pd.to_datetime(texts, format="%Y-%m-%d")
    return texts.map(date.fromisoformat, na_action="ignore")


def _times(texts: Any, offset: bool) -> Any:
    import pandas as pd

    if not _is_near(texts):
        return texts
    return pd.to_datetime(texts.map(pd.Timestamp, na_action="ignore"), utc=offset)


def arrow_schema(columns: list[Column]) -> Any:
    """A pyarrow.Schema. Untested: Debian 12 has no pyarrow."""
    import pyarrow as pa

    types = {
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "local": pa.timestamp("us"),
        "offset": pa.timestamp("us", tz="UTC"),
    }
    return pa.schema([(column.name, types.get(column.type, pa.string())) for column in columns])
