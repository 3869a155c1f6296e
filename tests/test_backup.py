"""Backup and restore: what was there comes back; a damaged or hostile archive changes nothing and is refused in one line."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kg import backup, build, manifest, notes, restore
from kg.build import quiet
from kg.errors import BuildNewer, BuildOutdated, PolicyKGError, UsageError
from kg.notes import Note
from tests.conftest import ROOT
from tests.policies import built, clean, corpus, ingest, policy, said

__all__ = ["built", "corpus"]

Members = list[tuple[tarfile.TarInfo, bytes]]


def files_of(folder: Path) -> dict[str, str]:
    """Return the digests of all files below a folder, but for the lock."""
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file() and p.name != "lock"}


def a_note(where: Path, iri: str, text: str) -> None:
    notes.add(where, [Note(iri, "给予最高100万元补助", ("SF-1",), text)])


@pytest.mark.parametrize("name", ["b.tar", "b.tar.gz", "备份"])
def test_what_was_backed_up_comes_back_elsewhere(built: Path, corpus: Path, tmp_path: Path, name: str) -> None:
    ingest(built, corpus)
    a_note(built, "http://127.0.0.1:8502/id/x", "待核")
    notes.keep_codebook(built, "代码,名称\nA,甲\n".encode())
    file = tmp_path / name
    report = backup.write(built, file, quiet)
    assert report.size == file.stat().st_size
    assert not list(tmp_path.glob("*.new"))
    done = restore.read(file, tmp_path / "other", quiet)
    assert done.before is None
    assert said(tmp_path / "other") == said(built)
    assert clean(tmp_path / "other")
    assert notes.load(tmp_path / "other") == notes.load(built)
    assert notes.codebook(tmp_path / "other") == notes.codebook(built)
    assert ingest(tmp_path / "other", corpus).kept == 2


def test_restoring_keeps_the_later_notes_and_the_build_before(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    whole = said(built)
    for iri in ("a", "b", "c"):
        a_note(built, iri, "早")
    backup.write(built, tmp_path / "b.tar", quiet)
    (built / notes.NAME).write_text((built / notes.NAME).read_text("utf-8").replace('"iri": "a"', '"iri": "gone"'), "utf-8")
    later = json.dumps({"iri": "b", "quote": "", "codes": [], "text": "晚", "wrong": False, "made": "2999-01-01"}, ensure_ascii=False)
    with (built / notes.NAME).open("a", encoding="utf-8") as file:
        file.write(later + "\n")
    (corpus / "更多.txt").write_text(policy("桥梁", 9), "utf-8")
    ingest(built, corpus)
    before = manifest.load(built)
    done = restore.read(tmp_path / "b.tar", built, quiet)
    assert done.before == before
    assert said(built) == whole
    found = notes.load(built).by_iri
    assert {iri: note.text for iri, note in found.items()} == {"a": "早", "b": "晚", "c": "早", "gone": "早"}
    assert (built / before.generation / "tables.sqlite").is_file()
    assert ingest(built, corpus).added == ("更多.txt",)


def test_the_codebook_before_a_restore_is_kept_aside(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    notes.keep_codebook(built, "代码,名称\nA,甲\n".encode())
    backup.write(built, tmp_path / "b.tar", quiet)
    notes.keep_codebook(built, "代码,名称\nB,乙\n".encode())
    restore.read(tmp_path / "b.tar", built, quiet)
    assert [c.code for c in notes.codebook(built)] == ["A"]
    assert "乙" in (built / "codebook-before-restore.csv").read_text("utf-8")


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


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a build and a backup of it."""
    where = tmp_path_factory.mktemp("sound")
    (where / "corpus").mkdir()
    (where / "corpus" / "孵化.txt").write_text(policy("孵化器", 1), "utf-8")
    ingest(where / "build", where / "corpus")
    backup.write(where / "build", where / "b.tar", quiet)
    return where / "build", where / "b.tar"


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


def test_places_where_a_backup_would_do_harm(sound: tuple[Path, Path], tmp_path: Path) -> None:
    where, file = sound
    before = files_of(where)
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    for bad in (where / "manifest.json", where / "b.tar", tmp_path, tmp_path / "none" / "b.tar", tmp_path / "notes.txt"):
        with pytest.raises(UsageError):
            backup.write(where, bad, quiet)
    with pytest.raises(UsageError, match="没有这个备份"):
        restore.read(tmp_path / "none.tar", where, quiet)
    assert files_of(where) == before
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"
    shutil.copy(file, tmp_path / "again.tar")
    backup.write(where, tmp_path / "again.tar", quiet)


def test_a_backup_beside_a_running_ingest_is_of_one_generation(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    done = threading.Event()

    def keep_writing() -> None:
        for n in range(4):
            (corpus / "更多.txt").write_text(policy("桥梁", 9, 10 + n), "utf-8")
            ingest(built, corpus)
        done.set()

    writing = threading.Thread(target=keep_writing)
    writing.start()
    rounds = 0
    while not done.is_set() or not rounds:
        rounds += 1
        backup.write(built, tmp_path / "b.tar", quiet)
        shutil.rmtree(tmp_path / "other", ignore_errors=True)
        restore.read(tmp_path / "b.tar", tmp_path / "other", quiet)
        assert clean(tmp_path / "other")
    writing.join()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from kg import backup, restore
from kg.build import quiet
from kg.errors import PolicyKGError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file, where = Path(sys.argv[1]), Path(sys.argv[2])
for size in (1_000, 20_000, 50_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    for work in (lambda: backup.write(where, file.with_name("more.tar"), quiet), lambda: restore.read(file, where, quiet)):
        try:
            work()
            print("done")
        except PolicyKGError as error:
            print(error)
"""


def test_a_full_disk_leaves_build_and_archive(sound: tuple[Path, Path], tmp_path: Path) -> None:
    """Files that may not grow past a limit stand for a full disk."""
    where, file = sound
    before = files_of(where)
    shutil.copy(file, tmp_path / "b.tar")
    done = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path / "b.tar"), str(where)], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == 6, done.stderr
    assert all("磁盘" in line for line in lines), lines
    assert files_of(where) == before
    assert {p.name for p in tmp_path.iterdir()} == {"b.tar"}


def test_through_the_command_line(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)

    def cli(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "kg", *words, "--build", str(built)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ})

    file = tmp_path / "b.tar.gz"
    done = cli("backup", str(file))
    assert (done.returncode, "已备份" in done.stdout) == (0, True), done.stderr
    done = cli("restore", str(file))
    assert (done.returncode, "已恢复 g000002" in done.stdout) == (0, True), done.stderr
    file.write_bytes(file.read_bytes()[:-100])
    done = cli("restore", str(file))
    told = [line for line in done.stderr.splitlines() if not line.startswith("[")]
    assert (done.returncode, len(told)) == (1, 1), done.stderr
    assert "原来的构建未改动" in told[0]
    with build.writer(built):
        done = cli("restore", str(file))
    assert (done.returncode, str(os.getpid()) in done.stderr) == (1, True)
