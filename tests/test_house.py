"""The house keeps its floors, its files stay readable, and no text of others lies in it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("ontology", "ingest", "kg", "scripts", "tests")
RUN = 40  # characters in a row, white space left out, that a file may not share with a real text
MACHINE_PATH = re.compile(r"(?:^|[^\w.-])/(?:work|farm|root|home|tmp/[a-z]+)/", re.MULTILINE)
TEXT_LIMIT = 3_000_000  # bytes; what is larger is a model or a picture


def modules() -> list[Path]:
    return sorted([*(p for room in ROOMS for p in (ROOT / room).rglob("*.py")), ROOT / "app.py"])


def project_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    names = sorted(set(filter(None, listed.stdout.split("\0"))))
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in project_files():
        if path.stat().st_size <= TEXT_LIMIT:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="ignore")


def squashed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_imports_point_downwards() -> None:
    # In a process of its own, since it silences every logger that exists.
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(config_filename='pyproject.toml', no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_files_are_at_most_300_lines() -> None:
    lengths = {str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_functions_are_at_most_40_lines() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno and node.end_lineno - node.lineno >= 40
    }
    assert long == {}


def test_rooms_do_not_see_the_tests() -> None:
    importing = [
        str(path.relative_to(ROOT))
        for path in modules()
        if path.relative_to(ROOT).parts[0] != "tests" and re.search(r"^\s*(?:from|import) tests\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert importing == []


def test_no_path_of_one_machine() -> None:
    found = {name: match[0] for name, text in texts() if (match := MACHINE_PATH.search(text))}
    assert found == {}


def test_no_sentence_of_a_real_text(shared: Path) -> None:
    runs: set[str] = set()
    for file in (shared / "corpus").glob("*.txt"):
        real = squashed(file.read_text(encoding="utf-8"))
        runs.update(real[i : i + RUN] for i in range(len(real) - RUN + 1))
    assert runs, "the real texts are empty"
    copied = {}
    for name, text in texts():
        own = squashed(text)
        hits = [own[i : i + RUN] for i in range(len(own) - RUN + 1) if own[i : i + RUN] in runs]
        if hits:
            copied[name] = (len(hits), hits[0])
    assert copied == {}


def test_the_lock_holds_versions_and_no_addresses() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    assert "torch==2.13.0" in lines
