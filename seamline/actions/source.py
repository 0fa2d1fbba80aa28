"""What a gateway hands to the import desk: rows of a foreign file, and what a preset knows of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from seamline.errors import BadInput
from seamline.geo.areas import Areas
from seamline.geo.names import Names

MAX_BYTES = 100_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500


@dataclass(slots=True)
class SourceRow:
    """One row: its line (or feature) from 1, values as written, a geometry in degrees if it has one.

    fault: why the row could not be read; then it has no values.
    """

    line: int
    values: dict[str, str]
    geometry: Any = None
    fault: BadInput | None = None


Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class OutRow:
    """One record on its way out: columns by name, and its place (GeoJSON, degrees) if it has one."""

    values: dict[str, Value]
    geometry: dict[str, Any] | None = None


class Source(Protocol):
    """A file that was found readable as a whole; its rows may be run through more than once."""

    columns: tuple[str, ...]
    count: int
    unit: str  # "line" or "feature": what SourceRow.line counts

    def rows(self) -> Iterator[SourceRow]: ...


Format = Callable[[Callable[[], BinaryIO]], Source]
"""From something that opens the file anew each time; raises BadInput when the whole cannot be read."""


Writer = Callable[[Sequence[str], Sequence[OutRow], str], bytes]
"""From columns, rows, and the mark that says what the file may be used for."""


@dataclass(frozen=True, slots=True)
class Preset:
    """What is known of one published table: which column means what, and what follows from several."""

    id: str
    source: str
    attribution: str
    licence: str
    needs: tuple[str, ...]
    columns: dict[str, str]
    kept: tuple[str, ...]
    kinds: tuple[str, ...]
    derive: Callable[[dict[str, str]], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Gateways:
    """formats, writers by name ("csv", "geojson"), presets by id. sniff: the format of some first bytes."""

    formats: dict[str, Format] = field(default_factory=dict)
    presets: dict[str, Preset] = field(default_factory=dict)
    sniff: Callable[[bytes], str] = lambda head: "csv"
    writers: dict[str, Writer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """What this node knows of the ground; either may be missing."""

    names: Names | None = None
    areas: Areas | None = None
