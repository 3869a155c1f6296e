"""What may happen to a build: bad files, a full disk, two writers, damage, kills; the last good build survives all of it."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.read import read
from kg import build, harvest, manifest
from kg.config import BASE
from kg.errors import BuildBusy, BuildDamaged, PolicyKGError
from kg.shelf import Shelf
from ontology.records import Deadline, Reading, Source
from tests.conftest import ROOT
from tests.policies import built, clean, corpus, ingest, policy, said

__all__ = ["built", "corpus"]


def test_a_fact_that_breaks_a_shape_is_left_out(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    ingest(built.with_name("sound"), corpus)

    def careless(source: Source) -> Reading:
        found = read(source)
        (key,) = found.clauses
        (clause, facts), *rest = found.clauses[key]
        spoilt = replace(facts, deadlines=(Deadline(clause.span), *facts.deadlines))
        return replace(found, clauses={key: ((clause, spoilt), *rest)})

    monkeypatch.setattr(harvest, "read", careless)
    ingest(built, corpus)
    assert said(built) == said(built.with_name("sound"))
    assert [("孵化" in m, "茶园" in m) for m in caplog.messages] == [(False, True), (True, False)]
    assert all("期限没有日期" in message for message in caplog.messages)


BAD: dict[str, bytes] = {
    "空.txt": b"",
    "空白.txt": b" \n\t\n",
    "程序.txt": bytes(range(256)) * 40,
    "图.xyz": b"not a format",
    "假.docx": b"PK\x03\x04 not a zip",
    "假.pdf": b"%PDF-1.7 cut short",
}


def test_bad_files_are_named_and_the_rest_goes_in(built: Path, corpus: Path) -> None:
    for name, data in BAD.items():
        (corpus / name).write_bytes(data)
    os.mkfifo(corpus / "管道.txt")
    (corpus / "README.md").write_text("读我", "utf-8")
    report = ingest(built, corpus)
    assert {r.source for r in report.refused} == {*BAD, "管道.txt"}
    assert all(r.reason and "\n" not in r.reason for r in report.refused)
    assert (len(report.added), report.skipped) == (2, ("README.md",))
    generation = manifest.load(built).generation
    again = ingest(built, corpus)
    assert {r.source for r in again.refused} == {*BAD, "管道.txt"}
    assert manifest.load(built).generation == generation
    assert clean(built)


def test_a_file_that_turns_bad_leaves_and_comes_back(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    whole = said(built)
    good = (corpus / "孵化.txt").read_bytes()
    (corpus / "孵化.txt").write_bytes(BAD["程序.txt"])
    report = ingest(built, corpus)
    assert (report.gone, [r.source for r in report.refused]) == (("孵化.txt",), ["孵化.txt"])
    (corpus / "孵化.txt").write_bytes(good)
    assert ingest(built, corpus).added == ("孵化.txt",)
    assert said(built) == whole


def test_a_folder_that_vanished_keeps_its_sources(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    whole = said(built)
    corpus.rename(tmp_path / "away")
    (tmp_path / "new.txt").write_text(policy("桥梁", 9), "utf-8")
    report = ingest(built, tmp_path / "new.txt")
    assert (report.added, report.gone, report.kept) == (("new.txt",), (), 2)
    assert "不见了" in report.refused[0].reason
    build.remove(built, ["new.txt"])
    assert said(built) == whole


def test_only_bad_files_make_no_build(built: Path, tmp_path: Path) -> None:
    (tmp_path / "坏").mkdir()
    for name, data in BAD.items():
        (tmp_path / "坏" / name).write_bytes(data)
    with pytest.raises(PolicyKGError, match="共 6 个") as failure:
        ingest(built, tmp_path / "坏")
    assert "\n" not in str(failure.value)
    assert not (built / "manifest.json").exists()
    assert not list(built.glob("g*"))


def test_a_recogniser_that_stumbles_costs_one_file(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(source: Source) -> Reading:
        if source.path == "孵化.txt":
            raise IndexError("list index out of range")
        return read(source)

    monkeypatch.setattr(harvest, "read", stumble)
    report = ingest(built, corpus)
    assert report.added == ("下级/茶园.md",)
    assert "IndexError" in report.refused[0].reason


def broken_tables(where: Path) -> None:
    (where / manifest.load(where).generation / "tables.sqlite").unlink()


def broken_graph(where: Path) -> None:
    (where / manifest.load(where).generation / "graph" / "CURRENT").write_bytes(b"x")


def broken_manifest(where: Path) -> None:
    (where / "manifest.json").write_text('{"format": 1, "generation": ', "utf-8")


def broken_vectors(where: Path) -> None:
    next((where / manifest.load(where).generation / "vectors").glob("*.faiss")).write_bytes(b"x")


DAMAGE: list[Callable[[Path], None]] = [broken_tables, broken_graph, broken_manifest]


def no_copies(where: Path) -> None:
    for copy in where.glob("g*/manifest.json"):
        copy.unlink()


@pytest.mark.parametrize("damage", [*DAMAGE, broken_vectors])
def test_a_damaged_build_says_so_and_is_written_again(built: Path, corpus: Path, damage: Callable[[Path], None]) -> None:
    ingest(built, corpus)
    whole = said(built)
    damage(built)
    no_copies(built)
    with pytest.raises(BuildDamaged) as failure:
        len(Shelf.open(built).vectors)
    assert "\n" not in str(failure.value)
    ingest(built, corpus)
    assert said(built) == whole


@pytest.mark.parametrize("damage", DAMAGE)
def test_beside_a_damaged_build_the_one_before_opens(built: Path, corpus: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture) -> None:
    ingest(built, corpus)
    whole = said(built)
    (corpus / "更多.txt").write_text(policy("桥梁", 9), "utf-8")
    ingest(built, corpus)
    if damage is broken_manifest:
        whole = said(built)
    damage(built)
    assert said(built) == whole
    assert "现用上一次完整的构建" in caplog.messages[0]
    assert "\n" not in caplog.messages[0]


def test_a_build_of_another_version_is_refused_and_then_rebuilt(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    build.remove(built, ["孵化.txt"])
    whole = said(built)
    old = json.loads((built / "manifest.json").read_text("utf-8"))
    (built / "manifest.json").write_text(json.dumps(old | {"format": 1, "colour": "red"}), "utf-8")
    with pytest.raises(BuildDamaged, match="另一版本"):
        Shelf.open(built)
    (tmp_path / "new.txt").write_text(policy("桥梁", 9), "utf-8")
    assert ingest(built, tmp_path / "new.txt").kept == 1
    build.remove(built, ["new.txt"])
    assert said(built) == whole


def test_the_second_writer_is_told_who_writes(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    before = manifest.load(built)
    with build.writer(built), pytest.raises(BuildBusy, match=str(os.getpid())):
        ingest(built, corpus)
    assert manifest.load(built) == before


LIMITED = """
import resource, signal, sys
from pathlib import Path
from kg import build
from kg.errors import PolicyKGError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for size in (4_000, 100_000, 600_000, 1_000_000, 2_000_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        build.ingest(Path(sys.argv[2]), [Path(sys.argv[1])], base=sys.argv[3], workers=1)
        print("done")
    except PolicyKGError as error:
        print(error)
"""


def test_a_full_disk_leaves_the_last_build(built: Path, corpus: Path) -> None:
    """Files that may not grow past a limit stand for a full disk; each limit stops another part."""
    ingest(built, corpus)
    whole = said(built)
    (corpus / "大.txt").write_text(policy("桥梁", 9) + "".join(f"第{n}条 新增内容，给予{n}万元。\n" for n in range(5, 600)), "utf-8")
    done = subprocess.run([sys.executable, "-c", LIMITED, str(corpus), str(built), BASE], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == 5, done.stderr
    assert lines.count("done") < 5
    assert all(line == "done" or "磁盘" in line for line in lines), lines
    if "done" not in lines:
        assert said(built) == whole
    ingest(built, corpus)
    assert len(manifest.load(built).sources) == 3
    assert clean(built)


def cli(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "kg", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_bad_input_through_the_command_line(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    before = manifest.load(built)
    (tmp_path / "empty").mkdir()
    (tmp_path / "空.txt").touch()
    for arguments, code, lines in (
        (("ingest", str(tmp_path / "empty"), "--build", str(tmp_path / "b2")), 2, 1),
        (("ingest", str(tmp_path / "空.txt"), "--build", str(tmp_path / "b3")), 1, 1),
        (("ingest", str(tmp_path / "nowhere"), "--build", str(built)), 2, 1),
        (("remove", "nothing.txt", "--build", str(built)), 2, 1),
        (("ingest", str(corpus), "--embedding-model", "another", "--build", str(built)), 2, 1),
    ):
        done = cli(*arguments)
        assert done.returncode == code, (arguments, done.stderr)
        said_lines = [line for line in done.stderr.splitlines() if not line.startswith("[")]
        assert len(said_lines) == lines, done.stderr
        assert said_lines[0].startswith("policykg: ")
        assert manifest.load(built) == before


def test_a_lock_of_another_process_is_one_line(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    with (built / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = cli("ingest", str(corpus), "--build", str(built))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert str(os.getpid()) in done.stderr


@pytest.mark.slow
def test_killed_at_any_moment_the_last_build_stands(built: Path, corpus: Path) -> None:
    """Five kills spread over a running ingest; scripts/kill_test.py does as many as one likes."""
    ingest(built, corpus)
    before = manifest.load(built)
    for i in range(8):
        (corpus / f"{i}.txt").write_text(policy(f"第{i}类项目", 20 + i), "utf-8")
    for wait in (0.3, 0.6, 0.9, 1.2, 1.5):
        running = subprocess.Popen([sys.executable, "-m", "kg", "ingest", str(corpus), "--build", str(built)], cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert clean(built)
        assert len(manifest.load(built).sources) in (2, 10)
    assert before.generation <= manifest.load(built).generation
    report = ingest(built, corpus)
    assert report.kept + len(report.added) == 10
    ingest(built.with_name("fresh"), corpus)
    assert said(built) == said(built.with_name("fresh"))
    assert not list(built.glob("*.new"))
