"""``policykg restore``: an archive becomes the current generation of a build when all of it is there and right; until then nothing changes.

An archive comes from anywhere: only plain files with the names that a backup has are taken, each into the fresh generation's folder.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from kg import backup, build, notes
from kg import manifest as manifests
from kg.backup import HEAD, INSIDE, SUMS, Head, Progress
from kg.errors import BuildDamaged, BuildMissing, BuildNewer, BuildOutdated, PolicyKGError, UsageError
from kg.manifest import Manifest
from kg.shelf import Shelf

# Files of a backup beside the generation; SUMS and these are read whole.
_BESIDE = (manifests.NAME, notes.NAME, notes.CODEBOOK, SUMS)
_INSIDE = re.compile(re.escape(INSIDE) + r"(?:(?!\.\.?(?:/|\Z))[A-Za-z0-9._-]{1,100}(?:/|\Z)){1,4}(?<!/)\Z")
_HEAD_BYTES, _BESIDE_BYTES, _PIECE = 64 << 10, 1 << 30, 1 << 20
_DIGEST = re.compile(r"([0-9a-f]{64})  (\S+)")


class ArchiveDamaged(PolicyKGError):
    """The archive is not whole, or is no backup."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was restored, and the generation that was current before, None where there was none."""

    head: Head
    manifest: Manifest
    before: Manifest | None


def read(file: Path, where: Path, progress: Progress) -> Report:
    """Make the build in an archive the current one of ``where``; its earlier generation stays until the next writing.

    Notes of both are kept, of two on one thing the later. UsageError where there is no such file; ArchiveDamaged where it is not whole;
    BuildNewer or BuildOutdated where its build cannot be opened by this version: nothing has changed then.
    """
    if not file.is_file():
        raise UsageError(f"{file}：没有这个备份文件。")
    head = looked_at(file)
    with build.writer(where), _room(where):
        before = build.current(where)
        name = build.following(where)
        fresh = where / f"{name}.new"
        fresh.mkdir()
        try:
            beside = _unpack(file, head, fresh, progress)
            manifest = _read(file, beside)
            _expect_sound(file, where, replace(manifest, generation=fresh.name))
            _keep_notes(where, beside)
            _sync(fresh)
            os.replace(fresh, where / name)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        now = replace(manifest, generation=name)
        manifests.save(where, now)
        build.sweep(where, {name, before.generation if before else ""})
        return Report(head, now, before)


def looked_at(file: Path) -> Head:
    """Return the head of an archive; ArchiveDamaged where it is no backup, BuildNewer where a later version wrote it."""
    with _clear(file), backup.opened(file) as data:
        first = next(_members(file, data), None)
        if first is None or first.about.name != HEAD or first.about.size > _HEAD_BYTES:
            raise _damaged(file, "开头不是 policykg 备份的说明")
        try:
            said = json.loads(first.read())
            head = Head(**said)
            if head.kind != backup.KIND or min(head.version, head.format, head.bytes) < 0:
                raise ValueError("not a backup")
        except (ValueError, TypeError, RecursionError):
            raise _damaged(file, "开头的说明读不懂") from None
    if head.version > backup.VERSION or head.format > manifests.FORMAT:
        raise BuildNewer(f"{file} 是更新版本的 policykg 写的备份：请先升级 policykg 再恢复。")
    if head.format < manifests.FORMAT:
        raise BuildOutdated(f"{file} 里是旧版本（格式 {head.format}）的构建：请用写它的版本恢复，再用现在的版本运行 policykg ingest。")
    return head


@dataclass(frozen=True, slots=True)
class _Member:
    """A file in an archive, to be read in order."""

    about: tarfile.TarInfo
    data: IO[bytes]

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes."""
        left = self.about.size
        while left:
            piece = self.data.read(min(_PIECE, left))
            if not piece:
                raise EOFError("不完整")
            left -= len(piece)
            yield piece

    def read(self) -> bytes:
        """Return its bytes."""
        return b"".join(self.pieces())


class _Bounded:
    """Reads an archive; nothing in it may ask for much at once, as the header of a long name might."""

    def __init__(self, data: IO[bytes]) -> None:
        self._data = data

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _PIECE:
            raise tarfile.ReadError("a header of that length")
        return self._data.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._data.seek(offset, whence)

    def tell(self) -> int:
        return self._data.tell()


def _members(file: Path, data: IO[bytes]) -> Iterator[_Member]:
    """Yield the members of an archive in order; ArchiveDamaged for one that is no plain file."""
    with tarfile.open(fileobj=_Bounded(data), mode="r:") as tar:  # type: ignore[call-overload]
        while (about := tar.next()) is not None:
            inner = tar.extractfile(about) if about.type == tarfile.REGTYPE and about.size >= 0 else None
            if inner is None:
                raise _damaged(file, "含有不是普通文件的内容")
            yield _Member(about, inner)
            # tarfile keeps every header.
            tar.members.clear()


def _unpack(file: Path, head: Head, fresh: Path, progress: Progress) -> dict[str, bytes]:
    """Write the generation's files into the fresh folder and return those beside it; ArchiveDamaged unless all sums are right."""
    if shutil.disk_usage(fresh).free < head.bytes:
        raise PolicyKGError(f"磁盘空间不够：恢复需要 {head.bytes >> 20} MB；原来的构建未改动。")
    beside: dict[str, bytes] = {}
    sums: dict[str, str] = {}
    done = 0
    with _clear(file), backup.opened(file) as data:
        for member in _members(file, data):
            name = member.about.name
            if name in sums or SUMS in beside or not (name in _BESIDE or name == HEAD or _INSIDE.match(name)):
                raise _damaged(file, f"含有不该有的内容 {name[:100]!r}")
            done += member.about.size
            if done > head.bytes + 2 * _BESIDE_BYTES or (name in _BESIDE and member.about.size > _BESIDE_BYTES):
                raise _damaged(file, "比它自己所说的大")
            sums[name] = _write(member, fresh / name.removeprefix(INSIDE)) if name.startswith(INSIDE) else _take(member, beside)
            progress(min(done, head.bytes), head.bytes, "恢复")
    said = {name: digest for digest, name in _DIGEST.findall(beside.pop(SUMS, b"").decode("ascii", "replace"))}
    for extra in (HEAD, SUMS):
        sums.pop(extra, None)
    if not said or manifests.NAME not in said:
        raise _damaged(file, "不完整")
    for name in sorted(said.keys() | sums.keys()):
        if said.get(name) != sums.get(name):
            raise _damaged(file, f"{name} 的校验和不符")
    return beside


def _write(member: _Member, path: Path) -> str:
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        for piece in member.pieces():
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _take(member: _Member, beside: dict[str, bytes]) -> str:
    data = member.read()
    if member.about.name != HEAD:
        beside[member.about.name] = data
    return hashlib.sha256(data).hexdigest()


def _read(file: Path, beside: dict[str, bytes]) -> Manifest:
    """Return the manifest; ArchiveDamaged where it or the codebook cannot be read."""
    try:
        if notes.CODEBOOK in beside:
            notes.parsed(beside[notes.CODEBOOK])
        return manifests.parsed(beside[manifests.NAME].decode("utf-8", "surrogatepass"), file)
    except (UnicodeDecodeError, BuildDamaged, UsageError):
        raise _damaged(file, "其中的清单或码本读不懂") from None


def _expect_sound(file: Path, where: Path, manifest: Manifest) -> None:
    """Open every part of what was unpacked."""
    try:
        shelf = Shelf(where, manifest)
        documents, vectors = len(shelf.documents), len(shelf.vectors)
    except (BuildDamaged, BuildMissing, sqlite3.Error) as error:
        raise _damaged(file, f"其中的构建打不开：{' '.join(str(error).split())}") from None
    if (documents, vectors) != (manifest.counts.get("documents"), manifest.counts.get("clauses")):
        raise _damaged(file, "其中的构建各部分不一致")


def _keep_notes(where: Path, beside: dict[str, bytes]) -> None:
    """Put the archive's notes behind those that are there, where they are later, and its codebook in place; an earlier codebook is kept aside."""
    if notes.NAME in beside:
        notes.merge(where, beside[notes.NAME])
    book = beside.get(notes.CODEBOOK)
    own = where / notes.CODEBOOK
    if book is not None and not (own.is_file() and own.read_bytes() == book):
        if own.is_file():
            shutil.copyfile(own, own.with_name(f"{own.stem}-before-restore.csv"))
        notes.keep_codebook(where, book)


def _sync(folder: Path) -> None:
    for path in (folder, *(p for p in folder.rglob("*") if p.is_dir())):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _damaged(file: Path, why: str) -> ArchiveDamaged:
    return ArchiveDamaged(f"{file} 不能恢复（{why}）：请换一份备份；原来的构建未改动。")


@contextmanager
def _clear(file: Path) -> Iterator[None]:
    """Turn what a damaged archive raises into one line; what the disk raises is not its fault."""
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError, OverflowError, RecursionError) as error:
        raise _damaged(file, "文件已损坏或不完整") from error


@contextmanager
def _room(where: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PolicyKGError(f"写不成恢复的构建（{error.strerror or error}）：请检查磁盘空间与权限；{where} 里原来的构建未改动。") from error
