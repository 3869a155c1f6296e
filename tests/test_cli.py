"""The command line: what it prints, its exit codes, one line for each failure, and what it never imports."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.export import COLUMNS
from tests import built
from tests.conftest import ROOT


def run(*arguments: str, build: Path | None = None, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", *arguments, *(["--build", str(build)] if build else [])]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, check=False)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("nonsense",), 2),
        (("ask",), 2),
        (("ask", "问题", "--on", "昨天"), 2),
        (("ask", "问题", "--build", "nowhere"), 1),
        (("search", "词", "--kind", "nonsense", "--build", "SAMPLE"), 2),
        (("search", "词", "--status", "nonsense", "--build", "SAMPLE"), 2),
        (("query", "no-such-file.rq", "--build", "SAMPLE"), 2),
        (("ingest", "no-such-folder", "--build", "TMP"), 2),
        (("text", "no-such-source", "--build", "SAMPLE"), 2),
        (("export", "rdf", "graph.xyz", "--build", "SAMPLE"), 2),
    ],
    ids=lambda a: " ".join(a) if isinstance(a, tuple) else str(a),
)
def test_a_failure_is_one_line(arguments: tuple[str, ...], code: int, tmp_path: Path) -> None:
    places = {"SAMPLE": str(built.sample()), "TMP": str(tmp_path / "build")}
    done = run(*(places.get(a, a) for a in arguments))
    assert done.returncode == code
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_asking_imports_no_torch() -> None:
    script = (
        "import sys; from kg.cli import main; sys.argv = ['policykg', 'ask', '科技保险补贴最高多少？', '--build', sys.argv[1]]\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print('torch' in sys.modules, 'sentence_transformers' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(built.sample())], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "False False"
    assert "万元" in done.stdout


def test_many_questions_keep_their_order(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text('科技保险补贴最高多少？\n\n{"question": "什么是科研失信行为？"}\n', "utf-8")
    done = run("ask", "--file", str(file), "--json", "--on", "2026-11-20", build=built.sample())
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["type"] for a in answers] == ["ceiling", "definition"]
    assert {a["on"] for a in answers} == {"2026-11-20"}


def test_tables_have_the_contracts_columns(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    assert run("export", "tables", str(folder), build=built.sample()).returncode == 0
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert tuple(rows[0]) == columns
        assert len(rows) > 1, name
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert {r["name"] for r in package["resources"]} == set(COLUMNS)


def test_text_is_the_source_as_read() -> None:
    name = "硕果计划.txt"
    assert run("text", name, build=built.sample()).stdout == (ROOT / "corpus" / name).read_text("utf-8")


def test_check_is_clean() -> None:
    done = run("check", build=built.sample())
    assert done.returncode == 0, done.stderr
    assert "全部符合" in done.stdout
    assert "一致" in done.stdout


def test_search_says_why(tmp_path: Path) -> None:
    done = run("search", "科技保险 补贴", "--json", build=built.sample())
    found = json.loads(done.stdout)
    assert found["hits"][0]["document"].startswith("青岛市科技保险") or "科技保险" in found["hits"][0]["quote"]
    assert found["hits"][0]["reasons"]
    figure = json.loads(run("search", "0.05亿元", "--json", build=built.sample()).stdout)
    assert figure["total"] > 0
    assert all(h["reasons"][0]["kind"] == "value" for h in figure["hits"])


def test_query_runs_in_a_child_and_refuses_updates(tmp_path: Path) -> None:
    file = tmp_path / "q.rq"
    file.write_text("SELECT ?d WHERE { ?d a pk:Document }", "utf-8")
    assert len(run("query", str(file), "--format", "csv", build=built.sample()).stdout.splitlines()) == 13
    file.write_text("DROP ALL", "utf-8")
    assert run("query", str(file), build=built.sample()).returncode == 1
