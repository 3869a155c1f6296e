"""Readings kept between ingests: one JSON file a source, valid for the same bytes, path and reading rules."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ontology.records import Reading


@cache
def rules() -> str:
    """Return a fingerprint of everything that decides what is read: code and lexicon of ingest, the record types."""
    digest = hashlib.sha256()
    for package in ("ingest", "ontology"):
        for name, data in sorted(_files(resources.files(package), package)):
            digest.update(name.encode() + b"\0" + data + b"\0")
    return digest.hexdigest()[:16]


def _files(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    out = []
    for item in folder.iterdir():
        below = f"{name}/{item.name}"
        if item.is_dir() and item.name != "__pycache__":
            out += _files(item, below)
        elif item.name.endswith((".py", ".toml", ".csv", ".txt")):
            out.append((below, item.read_bytes()))
    return out


@cache
def _adapter() -> TypeAdapter[Reading]:
    return TypeAdapter(Reading)


class Cache:
    """The readings of a build directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _file(self, path: str, sha256: str) -> Path:
        key = hashlib.sha256(f"{rules()}\n{path}\n{sha256}".encode("utf-8", "surrogateescape")).hexdigest()[:32]
        return self._folder / f"{key}.json"

    def get(self, path: str, sha256: str) -> Reading | None:
        """Return the kept reading of a source, None where there is none or it is damaged."""
        try:
            return _adapter().validate_json(self._file(path, sha256).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def raw(self, path: str, sha256: str) -> list[tuple[str, bytes]]:
        """Return name and content of the file that keeps a source's reading, nothing where there is none."""
        file = self._file(path, sha256)
        return [(file.name, file.read_bytes())] if file.is_file() else []

    def put(self, reading: Reading) -> None:
        """Keep a reading; OSError where the disk is full."""
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._file(reading.source.path, reading.source.sha256)
        file.with_suffix(".new").write_bytes(_adapter().dump_json(reading))
        file.with_suffix(".new").replace(file)

    def keep_only(self, sources: list[tuple[str, str]]) -> None:
        """Delete what belongs to none of the given (path, SHA-256)."""
        wanted = {self._file(path, sha256).name for path, sha256 in sources}
        for file in self._folder.glob("*.json*") if self._folder.is_dir() else ():
            if file.name not in wanted:
                file.unlink()
