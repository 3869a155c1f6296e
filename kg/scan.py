"""Which files an ingest is about: folders walked, what is skipped and why, what changed since the last time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import UsageError
from kg.manifest import Entry, Root

_SKIPPED_STARTS = ("readme", "license", ".")
_SKIPPED_NAMES = frozenset({"sources.toml"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file to ingest: its path inside the build and on disk."""

    source: str
    file: Path


@dataclass(frozen=True, slots=True)
class Scan:
    """What the roots hold now."""

    files: tuple[Found, ...]
    skipped: tuple[str, ...]


def roots(paths: Sequence[Path], before: Sequence[Root] = ()) -> tuple[Root, ...]:
    """Return the roots of a build: those before and the named ones; the only folder has no prefix, further ones their name."""
    known = {root.path: root for root in before}
    wanted = [path.resolve() for path in paths]
    for path in wanted:
        if not path.exists():
            raise UsageError(f"{path}：没有这个文件或文件夹。")
    many = len(wanted) > 1
    for path in wanted:
        if str(path) in known:
            continue
        prefix = f"{path.name}/" if path.is_dir() and (many or any(Path(r.path).is_dir() for r in known.values())) else ""
        taken = {root.prefix for root in known.values()}
        serial = 2
        while path.is_dir() and prefix in taken and prefix:
            prefix = f"{path.name}-{serial}/"
            serial += 1
        known[str(path)] = Root(str(path), prefix)
    return tuple(known.values())


def walk(roots: Iterable[Root]) -> Scan:
    """List the files of the roots in a fixed order; links that lead out of a root are skipped."""
    files: dict[str, Found] = {}
    skipped = []
    for root in roots:
        top = Path(root.path)
        for file in [top] if top.is_file() else _below(top):
            name = root.prefix + (file.name if top.is_file() else file.relative_to(top).as_posix())
            if _is_skipped(file, top):
                skipped.append(name)
            else:
                files.setdefault(name, Found(name, file))
    return Scan(tuple(files.values()), tuple(skipped))


def _below(top: Path) -> list[Path]:
    """Return the files below a folder, sorted, hidden folders left out."""
    out = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        out += [Path(folder) / name for name in sorted(names)]
    return out


def _is_skipped(file: Path, top: Path) -> bool:
    name = file.name.lower()
    if name.startswith(_SKIPPED_STARTS) or name in _SKIPPED_NAMES:
        return True
    return file.is_symlink() and top.is_dir() and not file.resolve().is_relative_to(top.resolve())


def entry(found: Found) -> Entry:
    """Return what identifies a file's content; OSError where it cannot be read."""
    stat = found.file.stat()
    digest = hashlib.sha256(found.file.read_bytes()).hexdigest() if found.file.is_file() else ""
    return Entry(found.source, str(found.file), stat.st_size, stat.st_mtime_ns, digest)


def same(found: Found, known: Entry | None) -> bool:
    """Say whether a file is the known one by path, size and time."""
    if known is None or known.file != str(found.file):
        return False
    try:
        stat = found.file.stat()
    except OSError:
        return False
    return stat.st_size == known.size and stat.st_mtime_ns == known.mtime
