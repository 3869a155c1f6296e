"""Readers' notes beside a build: codes and remarks on clauses, facts marked as wrong; kept by IRI, outside the generations.

They stand in notes.jsonl in the build's folder, a line a change; the last line of an IRI counts. Answers never read them.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.flow import squash
from kg.errors import PolicyKGError, UsageError

# Columns that exports gain.
ON_CLAUSE, ON_FACT = ("编码", "备注"), ("读者标为有误", "勘误说明")
NAME, CODEBOOK = "notes.jsonl", "codebook.csv"
COLUMNS = ("代码", "名称", "类别", "说明", "来源")
# The longest quote kept to tell that a fact's IRI now names another figure, the most codes, and the largest codebook in bytes.
QUOTE, CODES, LARGEST = 200, 500, 1_000_000
# Characters of a cell; a quotation mark that nothing closes takes in the rest of a file.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the codebook, what it means and the group it belongs to."""

    code: str
    name: str
    group: str
    meaning: str
    source: str


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader noted on a clause or fact; ``wrong`` is said of facts, ``codes`` of clauses, ``quote`` are the words it was made on."""

    iri: str
    quote: str
    codes: tuple[str, ...] = ()
    text: str = ""
    wrong: bool = False
    made: str = ""

    @property
    def empty(self) -> bool:
        """Nothing is noted (any more)."""
        return not (self.codes or self.text or self.wrong)


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes of a build by IRI, empty ones left out."""

    by_iri: dict[str, Note]

    def on(self, iri: str) -> Note:
        """Return the note on a clause, an empty one where there is none."""
        return self.by_iri.get(iri) or Note(iri, "")

    def wrong(self, iri: str, quote: str) -> Note | None:
        """Return the note that marks a fact as wrong, None where its IRI now stands at other words than those noted on."""
        note = self.by_iri.get(iri)
        return note if note and note.wrong and note.quote == shortened(quote) else None

    def clause_cells(self, iri: str) -> tuple[str, str]:
        """Return the cells of ON_CLAUSE."""
        note = self.on(iri)
        return "|".join(note.codes), note.text

    def fact_cells(self, iri: str, quote: str) -> tuple[str, str]:
        """Return the cells of ON_FACT."""
        note = self.wrong(iri, quote)
        return ("是", note.text) if note else ("", "")


def shortened(quote: str) -> str:
    """Return the words that a note keeps of what it was made on."""
    return squash(quote)[:QUOTE]


def load(build: Path) -> Notes:
    """Read the notes of a build; a line cut short by a crash is left out."""
    file = build / NAME
    try:
        state = file.stat()
    except FileNotFoundError:
        return Notes({})
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _read(file: Path, changed: int, size: int) -> Notes:
    return Notes({iri: note for iri, note in _last(file.read_bytes()).items() if not note.empty})


def _last(data: bytes) -> dict[str, Note]:
    """Return the last note on each IRI, empty ones too; lines that are no note are left out."""
    found: dict[str, Note] = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        with suppress(ValidationError):
            note = _adapter().validate_json(line)
            found[note.iri] = note
    return found


@cache
def _adapter() -> TypeAdapter[Note]:
    return TypeAdapter(Note)


def add(build: Path, notes: Iterable[Note]) -> None:
    """Put notes behind those that are there, whole or not at all seen by others; an empty note takes back an earlier one."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _append(build, [replace(note, made=made) for note in notes])


def merge(build: Path, data: bytes) -> None:
    """Take in the notes of another notes.jsonl, those on the same IRI only where they are later."""
    own = _last((build / NAME).read_bytes()) if (build / NAME).is_file() else {}
    _append(build, [note for iri, note in _last(data).items() if iri not in own or own[iri].made < note.made])


def move(build: Path, before: str, after: str) -> None:
    """Note again under IRIs with one base what is noted under those with another, where nothing is noted there.

    Where one base begins with the other, e.g. after a move was cut short, what stands under the new one stays there.
    """
    found = _last((build / NAME).read_bytes()) if (build / NAME).is_file() else {}
    taken = {iri for iri, note in found.items() if not note.empty}
    moved = {after + iri.removeprefix(before): note for iri, note in found.items() if iri in taken and _only(iri, before, after)}
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _append(build, [replace(note, iri=iri, made=made) for iri, note in moved.items() if iri not in taken])


def forget(build: Path, before: str, after: str) -> None:
    """Take back all notes on IRIs with one base, but for those with another that may begin with it."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    _append(build, [Note(iri, "", made=made) for iri in load(build).by_iri if _only(iri, before, after)])


def _only(iri: str, before: str, after: str) -> bool:
    """Say whether an IRI has one base and not another that is longer."""
    return iri.startswith(before) and not (len(after) > len(before) and iri.startswith(after))


def _append(build: Path, notes: Iterable[Note]) -> None:
    lines = "".join(json.dumps(asdict(note), ensure_ascii=False) + "\n" for note in notes)
    if not lines:
        return
    try:
        handle = os.open(build / NAME, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError as error:
        raise PolicyKGError(f"{build / NAME} 不能写入（{error.strerror}）：请检查目录与权限。") from error
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = os.fstat(file.fileno()).st_size
        torn = size and os.pread(file.fileno(), 1, size - 1) != b"\n"
        file.write((b"\n" if torn else b"") + lines.encode("utf-8", "replace"))
        os.fsync(file.fileno())


def codebook(build: Path) -> tuple[Code, ...]:
    """Return the build's own codebook, else the one of the package."""
    own = build / CODEBOOK
    return parsed(own.read_bytes() if own.is_file() else shipped())


def shipped() -> bytes:
    """Return the codebook of the package: instruments of supply, environment and demand."""
    return resources.files("kg").joinpath(CODEBOOK).read_bytes()


def keep_codebook(build: Path, data: bytes) -> None:
    """Make a CSV file the build's codebook; raises UsageError where it is none."""
    parsed(data)
    fresh = build / f"{CODEBOOK}.new"
    try:
        fresh.write_bytes(data)
        os.replace(fresh, build / CODEBOOK)
    except OSError as error:
        raise PolicyKGError(f"{build / CODEBOOK} 不能写入（{error.strerror}）：请检查目录与权限。") from error


def parsed(data: bytes) -> tuple[Code, ...]:
    """Read a codebook: CSV in UTF-8 or GB 18030 with the columns 代码 and 名称, and 类别, 说明, 来源 where known; raises UsageError."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    try:
        rows = list(csv.DictReader(io.StringIO(text))) if len(data) <= LARGEST else []
    except csv.Error:
        rows = []
    if not rows or len(rows) > CODES or not {"代码", "名称"} <= set(rows[0]):
        raise UsageError(f"码本应是 CSV，首行有“代码”“名称”两列（可另有类别、说明、来源），1 到 {CODES} 行。")
    codes = tuple(Code(*((row.get(name) or "").strip() for name in COLUMNS)) for row in rows)
    if any(len(cell) > LONGEST for row in rows for cell in row.values() if isinstance(cell, str)):
        raise UsageError(f"码本里有超过 {LONGEST} 字的格子：请检查引号是否成对。")
    if any(not c.code or "|" in c.code for c in codes) or len({c.code for c in codes}) < len(codes):
        raise UsageError("码本里有空的、重复的或含“|”的代码：请改正后再上传。")
    return codes
