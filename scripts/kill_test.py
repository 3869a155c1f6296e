"""Kill a running ingest with -9 at random moments, many times; each time the build must open, check clean, and complete to the same exports.

    python -m scripts.kill_test 200 [--corpus FOLDER] [--seed N]

Half of the files are in the build before; each round ingests all of them, is killed, and then runs undisturbed.
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
from datetime import date
from pathlib import Path

from kg import build, export, verify
from kg.config import BASE
from kg.shelf import Shelf

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 20)


def exports(where: Path) -> str:
    """Return a digest of all that a build exports: tables and graph."""
    shelf = Shelf.open(where)
    digest = hashlib.sha256()
    for name in export.COLUMNS:
        digest.update("\n".join(sorted(map(repr, export.rows(shelf, name, DAY)))).encode("utf-8", "surrogatepass"))
    digest.update("\n".join(sorted(shelf.store.nquads())).encode())
    return digest.hexdigest()


def start(where: Path, corpus: Path) -> subprocess.Popen[bytes]:
    """Start an ingest in a process of its own."""
    command = [sys.executable, "-m", "kg", "ingest", str(corpus), "--build", str(where)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed(where: Path, corpus: Path, after: float) -> bool:
    """Run an ingest and kill it after so many seconds; False where it had ended before."""
    running = start(where, corpus)
    try:
        running.wait(after)
        return False
    except subprocess.TimeoutExpired:
        running.send_signal(signal.SIGKILL)
        running.wait()
        return True


def one_round(before: Path, corpus: Path, whole: str, half: str, after: float, work: Path) -> str:
    """Kill one ingest and return what it left behind: ``old`` or ``new``; AssertionError where the build is not as it must be."""
    where = work / "build"
    shutil.rmtree(where, ignore_errors=True)
    shutil.copytree(before, where)
    was_killed = killed(where, corpus, after)
    faults = verify.verify(Shelf.open(where)).faults
    assert not faults, faults[:3]
    stands = exports(where)
    assert stands in (half, whole), "the build is neither the old one nor the new one"
    build.ingest(where, [corpus], base=BASE)
    assert exports(where) == whole, "the next ingest did not complete to the same exports"
    assert not list(where.glob("*.new")), "something unfinished was left"
    return ("new" if stands == whole else "old") if was_killed else "ended before"


def main() -> None:
    """Run the rounds and print what they left behind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=200)
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="policykg-kill-") as folder:
        work = Path(folder)
        corpus = work / "corpus"
        shutil.copytree(asked.corpus, corpus)
        names = sorted(p for p in corpus.rglob("*") if p.is_file())
        away = work / "away"
        for i, name in enumerate(names):
            if i % 2:
                (away / name.relative_to(corpus)).parent.mkdir(parents=True, exist_ok=True)
                name.rename(away / name.relative_to(corpus))
        build.ingest(work / "half", [corpus], base=BASE)
        half = exports(work / "half")
        shutil.copytree(away, corpus, dirs_exist_ok=True)
        begun = time.perf_counter()
        shutil.copytree(work / "half", work / "undisturbed")
        start(work / "undisturbed", corpus).wait()
        lasts = time.perf_counter() - begun
        whole = exports(work / "undisturbed")
        assert whole != half, "the corpus has too few files"
        for number in range(1, asked.rounds + 1):
            what = one_round(work / "half", corpus, whole, half, draw.uniform(0.0, lasts), work)
            found[what] = found.get(what, 0) + 1
            print(f"{number}/{asked.rounds}: {what}", flush=True)
    print(f"{asked.rounds} rounds, an ingest lasts {lasts:.1f} s; builds found: {found}; every one opened, was clean and completed to the same exports")


if __name__ == "__main__":
    main()
