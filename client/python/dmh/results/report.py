"""report.json: what became of the records of one input. Holds no value of a patient."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..errors import MalformedError
from .html_table import html_table

COUNTS = ("read", "written", "duplicates", "conflicts", "rejected")


class Report(Mapping[str, Any]):
    """All of report.json by its keys; what is asked for most as attributes. In Jupyter a table."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        if not str(content.get("format", "")).startswith("dmh-report/"):
            raise MalformedError("that is no report.json of dmh")
        self._content = content

    @classmethod
    def read(cls, path: Path) -> Report:
        try:
            content = json.loads(path.read_bytes())
        except ValueError as error:
            raise MalformedError(f"{path} is no JSON") from error
        if not isinstance(content, dict):
            raise MalformedError(f"{path} is no report.json of dmh")
        return cls(content)

    def __getitem__(self, key: str) -> Any:
        return self._content[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    @property
    def kind(self) -> str:
        return str(self._content.get("job", {}).get("kind") or "")

    @property
    def name(self) -> str:
        return str(self._content.get("input", {}).get("name") or "")

    @property
    def counts(self) -> dict[str, int]:
        """read = written + duplicates + conflicts + rejected"""
        return {name: int(self._content.get("counts", {}).get(name, 0)) for name in COUNTS}

    @property
    def issues(self) -> list[dict[str, Any]]:
        """What was found by rule and field, with how often and the first line."""
        return list(self._content.get("issues", []))

    @property
    def failed_checks(self) -> list[dict[str, Any]]:
        return [check for check in self._content.get("checks", []) if not check.get("passed")]

    def __repr__(self) -> str:
        counts = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        return f"<Report {self.name}: {self.kind}, {counts}; {len(self.failed_checks)} checks failed>"

    def _repr_html_(self) -> str:
        parts = [html_table(f"{self.name}: {self.kind}", self.counts, [self.counts.values()])]
        if self.issues:
            keys = ("severity", "rule", "field", "count", "first_line", "message")
            parts.append(html_table("issues", keys, ([issue.get(key) for key in keys] for issue in self.issues)))
        if self.failed_checks:
            told = ("name", "field", "measured", "threshold", "unit")
            parts.append(html_table("failed checks", told, ([c.get(key) for key in told] for c in self.failed_checks)))
        return "".join(parts)
