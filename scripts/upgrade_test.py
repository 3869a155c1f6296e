"""Make builds with earlier commits of this repository and bring each up to date with the present code: refused until then, equal to a fresh one after.

    python -m scripts.upgrade_test [COMMIT …] [--corpus FOLDER]

Without commits: the last commit of each earlier format of a build. Each is done twice: with its files, and with only the texts that the build keeps.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from kg import build, manifest, verify
from kg.config import BASE
from kg.errors import BuildOutdated
from kg.shelf import Shelf
from scripts.kill_test import exports

ROOT = Path(__file__).resolve().parent.parent


def git(*words: str) -> str:
    """Return what a git command says."""
    return subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True, text=True).stdout.strip()


def formats() -> dict[int, str]:
    """Return the last commit before each change of the format of a build, by format."""
    found: dict[int, str] = {}
    commits = git("log", "--format=%H", "--reverse", "--", "kg/manifest.py").split()
    for commit in commits:
        number = re.search(r"^FORMAT = (\d+)", git("show", f"{commit}:kg/manifest.py"), re.MULTILINE)
        if number and int(number[1]) not in found:
            found[int(number[1])] = commit
    ends = sorted(found)
    return {number: git("rev-parse", f"{found[following]}^") for number, following in pairwise(ends)}


def older(commit: str, corpus: Path, where: Path, work: Path) -> bool:
    """Build a corpus with the code of a commit; False where that code does not run over the packages of today."""
    tree = work / f"tree-{commit[:7]}"
    git("worktree", "add", "--detach", "--force", str(tree), commit)
    try:
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        command = [sys.executable, "-m", "kg", "ingest", str(corpus), "--build", str(where)]
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{commit[:7]}: cannot build any more ({done.stderr.strip().splitlines()[-1][:200]})")
        return done.returncode == 0
    finally:
        git("worktree", "remove", "--force", str(tree))


def brought_up(where: Path, corpus: Path, fresh: str) -> str:
    """Bring an older build up to date; return what happened, AssertionError where it is not as it must be."""
    written = re.search(r'"format": (\d+)', (where / manifest.NAME).read_text("utf-8"))
    try:
        Shelf.open(where)
        refused = "opens as it is"
    except BuildOutdated as error:
        refused = f"refused in {len(str(error).splitlines())} line"
    report = build.ingest(where, [corpus], base=BASE)
    assert not verify.verify(Shelf.open(where)).faults
    assert exports(where) == fresh, "not equal to a fresh build"
    return f"format {written[1] if written else '?'} {refused}, then rebuilt: {report.kept} sources kept, equal to a fresh build"


def main() -> None:
    """Run it for each commit and print what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commits", nargs="*")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="policykg-upgrade-") as folder:
        work = Path(folder)
        for commit in asked.commits or formats().values():
            corpus, extra = work / "corpus", work / "extra"
            shutil.copytree(asked.corpus, corpus, dirs_exist_ok=True)
            extra.mkdir(exist_ok=True)
            build.ingest(work / "fresh", [corpus], base=BASE)
            fresh = exports(work / "fresh")
            if not older(commit, corpus, work / "old", work):
                continue
            shutil.copytree(work / "old", work / "texts")
            print(f"{commit[:7]} with its files: {brought_up(work / 'old', corpus, fresh)}", flush=True)
            corpus.rename(work / "away")
            shutil.rmtree(work / "texts" / "readings", ignore_errors=True)
            print(f"{commit[:7]} with its texts: {brought_up(work / 'texts', extra, fresh)}", flush=True)
            for used in ("old", "texts", "fresh", "away"):
                shutil.rmtree(work / used)


if __name__ == "__main__":
    main()
