"""A damaged or hostile archive changes nothing and is refused in one line; what it names never leads out of the build."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import backup, manifest, restore
from kg.build import quiet
from kg.errors import BuildNewer, BuildOutdated, PolicyKGError
from tests.archives import files_of, sound
from tests.policies import said

__all__ = ["sound"]

Members = list[tuple[tarfile.TarInfo, bytes]]


def members(file: Path) -> Members:
    with backup.opened(file) as data, tarfile.open(fileobj=data) as tar:
        return [(m, inner.read() if (inner := tar.extractfile(m)) else b"") for m in tar.getmembers()]


def written(file: Path, found: Members) -> None:
    with tarfile.open(file, "w", format=tarfile.GNU_FORMAT) as tar:
        for about, data in found:
            tar.addfile(about, io.BytesIO(data))


def plain(name: str, data: bytes, kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    about = tarfile.TarInfo(name)
    about.size, about.type, about.linkname = len(data) if kind == tarfile.REGTYPE else 0, kind, link
    return about, data


def with_head(found: Members, **changed: object) -> Members:
    head = json.loads(found[0][1]) | changed
    return [plain(backup.HEAD, json.dumps(head).encode()), *found[1:]]


def resummed(found: Members) -> Members:
    inner = found[1:-1]
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {about.name}\n" for about, data in inner)
    return [found[0], *inner, plain(backup.SUMS, lines.encode())]


def at(found: Members, name: str) -> int:
    return next(i for i, (about, _) in enumerate(found) if about.name == name)


def replaced(found: Members, name: str, data: bytes) -> Members:
    i = at(found, name)
    return resummed([*found[:i], plain(name, data), *found[i + 1 :]])


def added(*more: tuple[tarfile.TarInfo, bytes]) -> Callable[[Members], Members]:
    return lambda found: resummed([*found[:-1], *more, found[-1]])


HOSTILE: dict[str, Callable[[Members], Members]] = {
    "no sums": lambda found: found[:-1],
    "no head": lambda found: found[1:],
    "a file less": lambda found: [*found[:1], *found[2:]],
    "a file more": lambda found: [*found[:-1], plain("generation/more", b"x"), found[-1]],
    "after the sums": lambda found: [*found, plain("generation/more", b"x")],
    "twice": added(plain("manifest.json", b"{}")),
    "up": added(plain("generation/../../escaped", b"x")),
    "up by its end": added(plain("generation/..", b"x")),
    "absolute": added(plain("/tmp/escaped", b"x")),
    "elsewhere": added(plain("lock", b"x")),
    "hidden readings": added(plain("readings/x.json", b"x")),
    "backslash": added(plain("generation\\..\\escaped", b"x")),
    "NUL": added(plain("generation/a\0b", b"x")),
    "symlink": added(plain("generation/link", b"", tarfile.SYMTYPE, "/etc")),
    "hard link": added(plain("generation/link", b"", tarfile.LNKTYPE, "/etc/passwd")),
    "folder": added(plain("generation/folder", b"", tarfile.DIRTYPE)),
    "fifo": added(plain("generation/fifo", b"", tarfile.FIFOTYPE)),
    "device": added(plain("generation/device", b"", tarfile.CHRTYPE)),
    "long name": added(plain("generation/" + "x" * 5000, b"x")),
    "empty manifest": lambda found: replaced(found, "manifest.json", b"{}"),
    "manifest of another folder": lambda found: replaced(
        found, "manifest.json", json.dumps(json.loads(found[at(found, "manifest.json")][1]) | {"generation": "../../x"}).encode()
    ),
    "broken tables": lambda found: replaced(found, "generation/tables.sqlite", b"not a database"),
    "no graph": lambda found: replaced(found, "generation/graph/CURRENT", b"x"),
    "bad codebook": added(plain("codebook.csv", b"x")),
    "another kind": lambda found: with_head(found, kind="else"),
    "head of nonsense": lambda found: [plain(backup.HEAD, b"[" * 5000), *found[1:]],
    "negative": lambda found: with_head(found, bytes=-1),
    "more bytes than said": lambda found: resummed([*with_head(found, bytes=1)[:-1], plain("generation/zeros", bytes(8 << 20)), found[-1]]),
    "too large for the disk": lambda found: with_head(found, bytes=1 << 60),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_changes_nothing(sound: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    where, file = sound
    spoilt = tmp_path / "inner" / "spoilt.tar"
    spoilt.parent.mkdir()
    written(spoilt, HOSTILE[name](members(file)))
    if name == "more bytes than said":
        # Its sums are right, and what it says of its size only serves the progress and the disk.
        restore.read(spoilt, tmp_path / "fresh", quiet)
        return
    before = files_of(where)
    with pytest.raises(PolicyKGError) as failure:
        restore.read(spoilt, where, quiet)
    assert "\n" not in str(failure.value)
    assert files_of(where) == before
    assert not list(tmp_path.rglob("*escaped*"))
    assert not Path("/tmp/escaped").exists()


def test_an_archive_cut_or_changed_anywhere_changes_nothing(sound: tuple[Path, Path], tmp_path: Path) -> None:
    where, file = sound
    data = file.read_bytes()
    before = files_of(where)
    draw = random.Random(7)
    packed = gzip.compress(data, 1)
    for round_ in range(60):
        whole = packed if round_ % 2 else data
        at_ = draw.randrange(len(whole))
        spoilt = whole[:at_] if round_ % 3 else whole[:at_] + bytes([whole[at_] ^ (1 << draw.randrange(8))]) + whole[at_ + 1 :]
        (tmp_path / "spoilt").write_bytes(spoilt)
        try:
            restore.read(tmp_path / "spoilt", tmp_path / "fresh", quiet)
        except PolicyKGError as error:
            assert len(str(error).splitlines()) == 1  # noqa: PT017
            assert not (tmp_path / "fresh" / manifest.NAME).exists()
        else:
            # The bit stood in padding or in a header's unused field.
            assert said(tmp_path / "fresh") == said(where)
            shutil.rmtree(tmp_path / "fresh")
    assert files_of(where) == before


def test_versions_of_archives(sound: tuple[Path, Path], tmp_path: Path) -> None:
    where, file = sound
    for changed, kind in (({"version": 2}, BuildNewer), ({"format": manifest.FORMAT + 1}, BuildNewer), ({"format": 1}, BuildOutdated)):
        written(tmp_path / "b.tar", with_head(members(file), **changed))
        with pytest.raises(kind, match="版本"):
            restore.read(tmp_path / "b.tar", where, quiet)
