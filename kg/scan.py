"""Which files an ingest is about: folders walked, what is skipped and why, what changed since the last time."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import UsageError
from kg.manifest import Entry, Refusal, Root

_SKIPPED_STARTS = ("readme", "license", ".")
_SKIPPED_NAMES = frozenset({"sources.toml"})


@dataclass(frozen=True, slots=True)
class Found:
    """A file to ingest: its path inside the build and on disk."""

    source: str
    file: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What the roots hold now, by source; ``lost`` are roots that are no longer on disk."""

    files: tuple[Found, ...]
    skipped: tuple[str, ...]
    refused: tuple[Refusal, ...]
    lost: tuple[Root, ...]


def roots(paths: Sequence[Path], before: Sequence[Root] = ()) -> tuple[Root, ...]:
    """Return the roots of a build: those before and the named ones; the only folder has no prefix, further ones their name.

    A path inside a folder that is a root already is no root of its own. UsageError for a path that is not there.
    """
    wanted = list(dict.fromkeys(path.resolve() for path in paths))
    for path in wanted:
        if not path.exists():
            raise UsageError(f"{path}：没有这个文件或文件夹。")
    tops = {*wanted, *(Path(root.path) for root in before)}
    wanted = [path for path in wanted if not any(above in tops for above in path.parents)]
    known = {root.path: root for root in before}
    many = sum(path.is_dir() for path in wanted) > 1
    for path in sorted(wanted):
        if str(path) in known:
            continue
        further = many or any(Path(root.path).is_dir() for root in known.values())
        prefix = f"{path.name}/" if path.is_dir() and further else ""
        taken = {root.prefix for root in known.values()}
        serial = 2
        while prefix and prefix in taken:
            prefix = f"{path.name}-{serial}/"
            serial += 1
        known[str(path)] = Root(str(path), prefix)
    return tuple(known.values())


def walk(roots: Iterable[Root]) -> Scan:
    """List the files of the roots by source; links that lead out of a root are skipped, two files of one name are refused but for the first."""
    files: dict[str, Found] = {}
    met: set[str] = set()
    skipped, refused, lost = [], [], []
    for root in roots:
        top = Path(root.path)
        if not top.exists():
            lost.append(root)
        for below, file in _below(top) if top.is_dir() else [(top.name, str(top))] if top.exists() else []:
            name = root.prefix + below
            if file in met:
                continue
            met.add(file)
            if _is_skipped(file, top):
                skipped.append(name)
            elif not name.isprintable():
                refused.append(Refusal(ascii(name), "文件名含无法显示的字符：请改名后再导入"))
            elif name in files:
                refused.append(Refusal(name, f"与 {files[name].file} 同名，未导入：请把它们放进一个文件夹再导入"))
            else:
                files[name] = Found(name, file)
    return Scan(tuple(files[name] for name in sorted(files)), tuple(skipped), tuple(refused), tuple(lost))


def _below(top: Path) -> list[tuple[str, str]]:
    """Return the files below a folder, by the path from there and in full, sorted, hidden folders left out."""
    out = []
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        way = Path(folder).relative_to(top).as_posix()
        before = "" if way == "." else f"{way}/"
        out += [(before + name, os.path.join(folder, name)) for name in sorted(names)]
    return out


def _is_skipped(file: str, top: Path) -> bool:
    name = os.path.basename(file).lower()
    if name.startswith(_SKIPPED_STARTS) or name in _SKIPPED_NAMES:
        return True
    return os.path.islink(file) and top.is_dir() and not Path(file).resolve().is_relative_to(top.resolve())


def entry(found: Found) -> Entry:
    """Return what identifies a file's content; OSError where it cannot be read or is no file (a pipe would be waited for)."""
    about = os.stat(found.file)
    if not stat.S_ISREG(about.st_mode):
        raise OSError(None, "不是普通文件")
    with open(found.file, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Entry(found.source, found.file, about.st_size, about.st_mtime_ns, digest)


def same(found: Found, known: Entry | None) -> bool:
    """Say whether a file is the known one by path, size and time."""
    if known is None or known.file != found.file:
        return False
    try:
        about = os.stat(found.file)
    except OSError:
        return False
    return about.st_size == known.size and about.st_mtime_ns == known.mtime
