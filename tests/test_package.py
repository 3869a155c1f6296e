"""The distribution: what it declares is what it imports, and its wheel does the main job in an empty environment."""

from __future__ import annotations

import ast
import json
import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import typer

from kg import cli
from tests.conftest import ROOT

OWN = {"ontology", "ingest", "kg"}
DECLARED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
IMPLIED = {"torch"}  # comes with sentence-transformers and is imported beside it only
EXTRAS = DECLARED["optional-dependencies"]
WIDE = "policykg[wide]"  # what the dev extra takes over
AHEAD = {"rdflib"}  # the language around the store for those who build on the package, and of the tests


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """Distributions that the shipped packages import, at whatever depth of the code."""
    names: set[str] = set()
    for path in (p for room in OWN for p in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    known = packages_distributions()
    return {normal(known.get(name, [name])[0]) for name in names - OWN - set(sys.stdlib_module_names)}


def test_dependencies_are_what_is_imported() -> None:
    declared = {normal(re.split(r"[<>=!~\[; ]", line)[0]) for line in (*DECLARED["dependencies"], *EXTRAS["wide"])}
    assert imported() - IMPLIED == declared - AHEAD


def test_every_dependency_has_a_lower_bound_and_a_locked_version() -> None:
    assert WIDE in EXTRAS["dev"]
    lines = [*DECLARED["dependencies"], *EXTRAS["wide"], *(line for line in EXTRAS["dev"] if line != WIDE)]
    locked = {normal(line.split("==")[0]) for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line and line[0] != "#"}
    assert [line for line in lines if ">=" not in line] == []
    assert len(lines) == len(set(lines))
    assert {normal(re.split(r"[>\[]", line)[0]) for line in lines} - locked == set()


def test_the_readme_names_commands_that_exist() -> None:
    named = set(re.findall(r"`policykg (\w+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    commands = set(typer.main.get_command(cli.app).commands)  # type: ignore[attr-defined]
    assert named >= {"ingest", "ask", "search", "check"}
    assert named <= commands


@pytest.fixture(scope="module")
def wheel() -> Iterator[Path]:
    """Build the wheel once, with the build backend of the environment."""
    with TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, str(ROOT)], check=True, capture_output=True)
        yield next(Path(folder).glob("policykg-*.whl"))


@pytest.mark.slow
def test_the_wheel_carries_its_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {str(p.relative_to(ROOT)) for room in OWN for p in (ROOT / room).rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    data |= {f"kg/corpus/{p.name}" for p in (ROOT / "corpus").iterdir()}
    assert data | {"kg/app.py", "kg/.streamlit/config.toml"} <= names
    assert not [name for name in names if name.split("/")[0] not in OWN and ".dist-info/" not in name]


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Iterator[Path]:
    """Install the wheel with its dependencies into an empty environment; return that environment's folder.

    sentence-transformers and the torch below it stay away: only another embedding model may need them, and they are half of the two minutes.
    """
    needed = [line for line in DECLARED["dependencies"] if not line.startswith("sentence-transformers")]
    with TemporaryDirectory() as folder:
        home = Path(folder) / "env"
        venv.create(home, with_pip=True)
        pip = [home / "bin/python", "-m", "pip", "install", "--quiet", "--no-compile"]
        subprocess.run([*pip, "-c", str(ROOT / "constraints.txt"), *needed], check=True, capture_output=True)
        subprocess.run([*pip, "--no-deps", str(wheel)], check=True, capture_output=True)
        yield home


def run(home: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(cwd), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([home / "bin/policykg", *words], cwd=cwd, env=clean, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_the_wheel_does_the_main_job(installed: Path, tmp_path: Path) -> None:
    read = run(installed, "ingest", cwd=tmp_path)
    assert read.returncode == 0, read.stderr
    checked = run(installed, "check", cwd=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    asked = run(installed, "ask", "首次购买青科保的企业，保险费用补贴比例是多少？", "--json", "--on", "2026-11-20", cwd=tmp_path)
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["answered"]
    assert (answer["facts"][0]["value"], answer["facts"][0]["unit"]) == (50, "percent")
    assert {citation["edition"] for citation in answer["citations"]} == {"digest"}


@pytest.mark.slow
def test_the_app_of_the_wheel_answers(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "ingest", cwd=tmp_path).returncode == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    clean = {**os.environ, "PYTHONPATH": "", "HOME": str(tmp_path)}
    server = subprocess.Popen(
        [installed / "bin/policykg", "app", "--port", str(port)], cwd=tmp_path, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert healthy(f"http://127.0.0.1:{port}/_stcore/health", seconds=60)
    finally:
        server.terminate()
        server.wait(timeout=20)


def healthy(address: str, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2) as reply:
                return bool(reply.status == 200)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.5)
    return False
