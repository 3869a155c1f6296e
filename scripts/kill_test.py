"""Kill a running ingest, restore, rebase or backup with -9 at random moments, many times.

    python -m scripts.kill_test 200 [--work ingest|restore|rebase|backup] [--corpus FOLDER] [--seed N]

Each time the build must open, check clean, be either the old one or the new one, keep its notes, and complete to the same exports when the
work is done again undisturbed. For an ingest half of the files are in the build before.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg import backup, build, export, notes, restore, verify
from kg.build import quiet
from kg.config import BASE
from kg.notes import Note
from kg.shelf import Shelf

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 20)
OTHER = "https://policy.example.org/id/"


def exports(where: Path) -> str:
    """Return a digest of all that a build exports: tables and graph."""
    shelf = Shelf.open(where)
    digest = hashlib.sha256()
    for name in export.COLUMNS:
        digest.update("\n".join(sorted(map(repr, export.rows(shelf, name, DAY)))).encode("utf-8", "surrogatepass"))
    digest.update("\n".join(sorted(shelf.store.nquads())).encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Trial:
    """A work to be killed: its command on a build, the build before it, and the exports before and after."""

    words: tuple[str, ...]
    before: Path
    old: str
    new: str


def start(where: Path, words: tuple[str, ...]) -> subprocess.Popen[bytes]:
    """Start a command on a build in a process of its own."""
    command = [sys.executable, "-m", "kg", *words, "--build", str(where)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(where: Path, words: tuple[str, ...], after: float) -> bool:
    """Run a command and kill it after so many seconds; False where it had ended before."""
    running = start(where, words)
    try:
        running.wait(after)
        return False
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
        return True


def one_round(trial: Trial, after: float, work: Path) -> str:
    """Kill one run and return what it left behind: ``old`` or ``new``; AssertionError where the build is not as it must be."""
    where = work / "build"
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(trial.before, where)
    was_killed = killed(where, trial.words, after)
    faults = verify.verify(Shelf.open(where)).faults
    assert not faults, faults[:3]
    stands = exports(where)
    assert stands in (trial.old, trial.new), "the build is neither the old one nor the new one"
    assert said(where), "a note was lost"
    if trial.words[0] == "backup" and Path(trial.words[1]).exists():
        shutil.rmtree(work / "restored", ignore_errors=True)
        restore.read(Path(trial.words[1]), work / "restored", quiet)
        assert exports(work / "restored") == trial.old, "the archive is not the build"
        Path(trial.words[1]).unlink()
    assert start(where, trial.words).wait() == 0, "the next run failed"
    assert exports(where) == trial.new, "the next run did not complete to the same exports"
    assert said(where) == {"待核"}, "a note was lost or is there twice"
    assert not list(where.glob("*.new")), "something unfinished was left"
    return ("new" if stands == trial.new != trial.old else "old") if was_killed else "ended before"


def said(where: Path) -> set[str]:
    """Return what is noted on documents of the build, or under the IRIs they are about to have."""
    return {note.text for note in notes.load(where).by_iri.values()}


def prepared(work: Path, corpus: Path, what: str) -> Trial:
    """Make the builds that a work is tried on."""
    names = sorted(p for p in corpus.rglob("*") if p.is_file())
    away = work / "away"
    for i, name in enumerate(names):
        if i % 2:
            (away / name.relative_to(corpus)).parent.mkdir(parents=True, exist_ok=True)
            name.rename(away / name.relative_to(corpus))
    half, whole = work / "half", work / "whole"
    build.ingest(half, [corpus], base=BASE)
    notes.add(half, [Note(next(iter(Shelf.open(half).documents)), "", (), "待核")])
    shutil.copytree(half, whole)
    shutil.copytree(away, corpus, dirs_exist_ok=True)
    build.ingest(whole, [corpus], base=BASE)
    old, new = exports(half), exports(whole)
    assert old != new, "the corpus has too few files"
    archive = work / "archive.tar"
    if what == "ingest":
        return Trial(("ingest", str(corpus)), half, old, new)
    if what == "restore":
        backup.write(whole, archive, quiet)
        return Trial(("restore", str(archive)), half, old, new)
    if what == "backup":
        return Trial(("backup", str(archive)), whole, new, new)
    shutil.copytree(whole, work / "rebased")
    build.rebase(work / "rebased", OTHER)
    return Trial(("rebase", OTHER), whole, new, exports(work / "rebased"))


def main() -> None:
    """Run the rounds and print what they left behind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=200)
    parser.add_argument("--work", choices=("ingest", "restore", "rebase", "backup"), default="ingest")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="policykg-kill-") as folder:
        work = Path(folder)
        shutil.copytree(asked.corpus, work / "corpus")
        trial = prepared(work, work / "corpus", asked.work)
        shutil.copytree(trial.before, work / "undisturbed")
        begun = time.perf_counter()
        start(work / "undisturbed", trial.words).wait()
        lasts = time.perf_counter() - begun
        assert exports(work / "undisturbed") == trial.new
        for number in range(1, asked.rounds + 1):
            what = one_round(trial, draw.uniform(0.0, lasts), work)
            found[what] = found.get(what, 0) + 1
            print(f"{number}/{asked.rounds}: {what}", flush=True)
    lasting = f"an undisturbed {asked.work} lasts {lasts:.1f} s"
    print(f"{asked.rounds} rounds, {lasting}; builds found: {found}; every one opened, was clean and completed to the same exports")


if __name__ == "__main__":
    main()
