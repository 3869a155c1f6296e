"""The manifest of a build: which generation is current, what it was made from; renaming it is the switch to a new build."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, TypeAdapter, ValidationError

from kg.errors import BuildDamaged, BuildMissing, BuildNewer, BuildOutdated

NAME = "manifest.json"
FORMAT = 5

log = logging.getLogger(__name__)


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

    generation: Annotated[str, StringConstraints(pattern=r"^(g\d{1,18})?$")]
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


_ENTRY = tuple(about.name for about in fields(Entry))
_entry = attrgetter(*_ENTRY)


def path(build: Path, manifest: Manifest) -> Path:
    """Return the folder of the current parts."""
    return build / manifest.generation


def load(build: Path) -> Manifest:
    """Read the manifest, where it is damaged that of the last generation that has a whole one; BuildMissing, BuildNewer, BuildOutdated or BuildDamaged."""
    try:
        return _read(build / NAME)
    except BuildOutdated:
        raise
    except BuildDamaged as error:
        for manifest in others(build, ""):
            log.warning("policykg: %s现用上一次完整的构建 %s（%s）。", error, manifest.generation, manifest.built)
            return manifest
        raise


def others(build: Path, current: str) -> Iterator[Manifest]:
    """Yield the manifests of the generations that are kept beside the current one, the newest first."""
    for folder in sorted(build.glob("g*"), reverse=True):
        if folder.name != current and (folder / NAME).is_file():
            try:
                yield _read(folder / NAME)
            except (BuildDamaged, BuildNewer):
                continue


def outdated(build: Path) -> Manifest:
    """Read what another version wrote, as far as it says the same: roots, sources and what was removed; BuildDamaged where it does not."""
    return _read(build / NAME, any_format=True)


def intact(build: Path) -> bool:
    """Say whether the manifest itself can be read."""
    try:
        return bool(_read(build / NAME).generation)
    except (BuildDamaged, BuildMissing):
        return False


def _read(file: Path, *, any_format: bool = False) -> Manifest:
    try:
        said = file.read_text("utf-8", "surrogatepass")
    except FileNotFoundError:
        raise BuildMissing(f"{file.parent} 里没有构建：请先运行 policykg ingest。") from None
    except (OSError, ValueError) as error:
        raise BuildDamaged(f"{file} 无法读取（{error}）：请重新运行 policykg ingest。") from error
    return parsed(said, file, any_format=any_format)


def parsed(said: str, file: Path, *, any_format: bool = False) -> Manifest:
    """Read a manifest; ``file`` is named in BuildNewer, BuildOutdated and BuildDamaged. ``any_format``: an older one too, as far as it says the same."""
    try:
        data = json.loads(said)
    except (ValueError, RecursionError) as error:
        raise BuildDamaged(f"{file} 无法读取（{str(error)[:200]}）：请重新运行 policykg ingest。") from error
    written = data.get("format") if isinstance(data, dict) else None
    if isinstance(written, int) and written > FORMAT:
        raise BuildNewer(f"{file} 是更新版本的 policykg 写的构建（格式 {written}，这里是 {FORMAT}）：请升级 policykg，或用 --build 换一个目录。")
    if written != FORMAT and not any_format:
        raise BuildOutdated(f"{file} 是另一版本的构建：请重新运行 policykg ingest，它会重建。")
    try:
        return _adapter().validate_python(data)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part)[:40] for part in fault["loc"])
        raise BuildDamaged(f"{file} 不完整（{where!r}：{fault['type']}）：请重新运行 policykg ingest。") from error


@cache
def _adapter() -> TypeAdapter[Manifest]:
    return TypeAdapter(Manifest)


def text(manifest: Manifest) -> str:
    """Return a manifest as it is written: a line a member, sources a line each."""
    lines = []
    for about in fields(manifest):
        held = getattr(manifest, about.name)
        if about.name == "sources":
            said = "[" + ",".join("\n  " + json.dumps(dict(zip(_ENTRY, _entry(one), strict=True)), ensure_ascii=False) for one in held) + "]"
        else:
            said = json.dumps([asdict(one) for one in held] if about.name in ("roots", "refused") else held, ensure_ascii=False)
        lines.append(f" {json.dumps(about.name)}: {said}")
    return "{\n" + ",\n".join(lines) + "\n}"


def save(build: Path, manifest: Manifest) -> None:
    """Write the manifest whole, a copy beside its parts and then, in one rename, in place of the one before."""
    written = text(manifest)
    if path(build, manifest).is_dir():
        (path(build, manifest) / NAME).write_text(written, "utf-8")
    temporary = build / (NAME + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, build / NAME)
    directory = os.open(build, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
