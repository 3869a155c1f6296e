"""The manifest of a build: which generation is current, what it was made from; renaming it is the switch to a new build."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kg.errors import BuildDamaged, BuildMissing

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Root:
    """An ingested file or folder, and what stands in front of its sources' paths ("" or "name/")."""

    path: str
    prefix: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A source of the build: path inside it, file on disk, size and time of the file, SHA-256 of its bytes."""

    source: str
    file: str
    size: int
    mtime: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that could not be read, and why; the SHA-256 of its bytes where these were read."""

    source: str
    reason: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that says what a build is; ``generation`` names the folder of its parts."""

    generation: str
    base: str
    rules: str  # fingerprint of the reading rules
    model: str  # fingerprint of the embedding
    embedding: str | None  # the model's name or path, None for the one in the package
    built: str  # UTC, ISO 8601
    roots: tuple[Root, ...] = ()
    sources: tuple[Entry, ...] = ()
    removed: tuple[str, ...] = ()  # sources left out until named again
    refused: tuple[Refusal, ...] = ()
    skipped: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    format: int = FORMAT


def path(build: Path, manifest: Manifest) -> Path:
    """Return the folder of the current parts."""
    return build / manifest.generation


def load(build: Path) -> Manifest:
    """Read the manifest; raises BuildMissing or BuildDamaged."""
    file = build / NAME
    try:
        data = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise BuildMissing(f"{build} 里没有构建：请先运行 policykg ingest。") from None
    except (OSError, ValueError) as error:
        raise BuildDamaged(f"{file} 无法读取（{error}）：请重新运行 policykg ingest。") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BuildDamaged(f"{file} 是另一版本的构建：请删除 {build} 后重新运行 policykg ingest。")
    try:
        return Manifest(
            **{**data, "roots": tuple(Root(**r) for r in data["roots"]), "sources": tuple(Entry(**e) for e in data["sources"])}
            | {"removed": tuple(data["removed"]), "refused": tuple(Refusal(**r) for r in data["refused"]), "skipped": tuple(data["skipped"])}
        )
    except (KeyError, TypeError) as error:
        raise BuildDamaged(f"{file} 不完整（{error}）：请重新运行 policykg ingest。") from error


def save(build: Path, manifest: Manifest) -> None:
    """Write the manifest whole and put it in place in one rename."""
    temporary = build / (NAME + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, build / NAME)
    directory = os.open(build, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
