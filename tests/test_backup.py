"""Backup and restore: what was there comes back; a damaged or hostile archive changes nothing and is refused in one line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kg import backup, build, manifest, notes, restore
from kg.build import quiet
from kg.errors import UsageError
from kg.notes import Note
from tests.archives import files_of, sound
from tests.conftest import ROOT
from tests.policies import built, clean, corpus, ingest, policy, said

__all__ = ["built", "corpus", "sound"]


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
