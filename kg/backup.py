"""``policykg backup``: one generation, the notes and the codebook as one tar archive, with a checksum of every file at its end.

An archive is a tar file (gzip where its name ends in .gz or .tgz): ``policykg-backup.json`` first, then the files of the generation below
``generation/``, then manifest, notes and codebook, and ``SHA256SUMS`` last, so that an archive cut short has none.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import os
import resource
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import IO, BinaryIO, cast

from kg import manifest as manifests
from kg import notes
from kg.errors import BuildBusy, PolicyKGError, UsageError
from kg.manifest import Manifest

HEAD, SUMS, INSIDE = "policykg-backup.json", "SHA256SUMS", "generation/"
KIND, VERSION = "policykg-backup", 1
# Locks and the diary of RocksDB: nothing of the build.
_LEFT_OUT = frozenset({"LOCK", "LOG", ".tantivy-meta.lock", ".tantivy-writer.lock"})
_PIECE = 1 << 20

# bytes done, bytes in all, what is being done
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Head:
    """What an archive says of itself at its beginning."""

    kind: str
    version: int
    made: str  # UTC, ISO 8601
    generation: str
    built: str
    format: int  # of the build
    bytes: int  # of all files together


@dataclass(frozen=True, slots=True)
class Report:
    """What was written: the archive's head, how many files and how large the archive is."""

    head: Head
    files: int
    size: int


def write(build: Path, file: Path, progress: Progress) -> Report:
    """Write the current generation of a build with its notes to an archive, whole or not at all; others may go on reading and writing the build.

    UsageError where the archive would lie inside the build or replace a file that is no backup; PolicyKGError where it cannot be written.
    """
    _expect_free(build, file)
    unfinished = file.with_name(file.name + ".new")
    try:
        with ExitStack() as held:
            manifest, parts = _held(build, held)
            extras = list(_extras(build, manifest))
            size = sum(os.fstat(part.fileno()).st_size for _, part in parts) + sum(len(data) for _, data in extras)
            made = datetime.now(UTC).isoformat(timespec="seconds")
            head = Head(KIND, VERSION, made, manifest.generation, manifest.built, manifest.format, size)
            with unfinished.open("wb") as out:
                _archive(out, file.suffix in (".gz", ".tgz"), head, parts, extras, progress)
                out.flush()
                os.fsync(out.fileno())
        os.replace(unfinished, file)
    except OSError as error:
        raise PolicyKGError(f"{file} 写不成（{error.strerror or error}）：请检查磁盘空间与权限；没有留下备份。") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return Report(head, len(parts) + len(extras), file.stat().st_size)


def _expect_free(build: Path, file: Path) -> None:
    """Refuse a place where an archive would do harm."""
    if file.resolve().is_relative_to(build.resolve()):
        raise UsageError(f"{file} 在构建目录里：请把备份写到别处。")
    if file.is_dir() or not file.parent.is_dir():
        raise UsageError(f"{file}：{'是文件夹' if file.is_dir() else '所在的文件夹不存在'}，请给出备份文件的路径。")
    if file.exists() and not begins_like_one(file):
        raise UsageError(f"{file} 已经存在，而且不是 policykg 的备份：请换一个文件名。")


def begins_like_one(file: Path) -> bool:
    """Say whether a file begins like a backup."""
    try:
        with opened(file) as data:
            return data.read(len(HEAD)) == HEAD.encode()
    except (OSError, EOFError):
        return False


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """Open an archive for reading, unpacked where it is packed; OSError or EOFError, here or while it is read."""
    with file.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if not packed:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:
            yield cast(IO[bytes], unpacked)


def _held(build: Path, held: ExitStack) -> tuple[Manifest, list[tuple[str, BufferedReader]]]:
    """Open every file of the current generation, so that a writer may delete it meanwhile; one that goes before is looked for again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        for _ in range(5):
            manifest = manifests.load(build)
            with ExitStack() as trying:
                try:
                    parts = [(name, trying.enter_context(path.open("rb"))) for name, path in _files(manifests.path(build, manifest))]
                except FileNotFoundError:
                    continue
                if not parts:
                    continue
                held.push(trying.pop_all())
                return manifest, parts
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    raise BuildBusy(f"{build} 正在不断更新，没有等到可以备份的时候：请稍后再试。")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in _LEFT_OUT and path != folder / manifests.NAME:
            yield INSIDE + path.relative_to(folder).as_posix(), path


def _extras(build: Path, manifest: Manifest) -> Iterator[tuple[str, bytes]]:
    """Yield the manifest as it was when the generation was opened, notes and codebook as they are now."""
    yield manifests.NAME, manifests.text(manifest).encode("utf-8", "surrogatepass")
    for name in (notes.NAME, notes.CODEBOOK):
        try:
            with (build / name).open("rb") as file:
                # A note that is just being written is written to its end first.
                fcntl.flock(file, fcntl.LOCK_SH)
                yield name, file.read()
        except FileNotFoundError:
            continue


def _archive(out: BinaryIO, packed: bool, head: Head, parts: list[tuple[str, BufferedReader]], extras: list[tuple[str, bytes]], progress: Progress) -> None:
    with ExitStack() as stack:
        inner: BinaryIO = out
        if packed:
            inner = cast(BinaryIO, stack.enter_context(gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=6, mtime=0)))
        tar = stack.enter_context(tarfile.open(fileobj=inner, mode="w", format=tarfile.GNU_FORMAT))
        _put(tar, HEAD, json.dumps(asdict(head)).encode())
        sums, done = [], 0
        for name, part in parts:
            size = os.fstat(part.fileno()).st_size
            read = _Summing(part, size)
            tar.addfile(_about(name, size), read)
            sums.append((name, read.digest.hexdigest()))
            progress(done := done + size, head.bytes, "备份")
        for name, data in extras:
            _put(tar, name, data)
            sums.append((name, hashlib.sha256(data).hexdigest()))
        _put(tar, SUMS, "".join(f"{digest}  {name}\n" for name, digest in sums).encode())


def _put(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_about(name, len(data)), io.BytesIO(data))


def _about(name: str, size: int) -> tarfile.TarInfo:
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o644
    return about


class _Summing:
    """Reads a file to the size it had when it was opened, and sums what was read."""

    def __init__(self, file: BufferedReader, size: int) -> None:
        self.file, self.left = file, size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return at most so many of the bytes that are left."""
        data = self.file.read(min(self.left, _PIECE if size < 0 else size))
        self.left -= len(data)
        self.digest.update(data)
        return data
