"""A build on remote engines, switched by one settings file, answers as the embedded build does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kg import build, config
from kg.config import BASE
from kg.errors import BuildBusy, UsageError
from kg.library import Library
from kg.remote.pgvectors import PgVectors
from kg.remote.release import Fenced
from kg.search import Filters
from ontology.answers import Answer
from tests import built, engines
from tests.conftest import ROOT
from tests.policies import policy

ON = date(2026, 11, 20)
OXIGRAPH = '[graph]\nurl = "{graph}"\n\n[vectors]\nurl = "{vectors}"\n'
VIRTUOSO = '[graph]\nurl = "{graph}"\nquery = "sparql"\nupdate = "sparql-auth"\nstore = "sparql-graph-crud-auth"\ntimeout_s = 300\n'


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a build of the real texts."""
    where = tmp_path_factory.mktemp("real") / "build"
    build.ingest(where, [shared / "corpus"], base=BASE)
    return where


@pytest.fixture(scope="module")
def asked(shared: Path) -> list[str]:
    """Return all dev questions."""
    lines = (shared / "eval" / "gold" / "dev.questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines if line.strip()]


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, str]]:
    """Run Oxigraph and PostgreSQL."""
    with ExitStack() as stack:
        yield {"graph": stack.enter_context(engines.oxigraph()), "vectors": stack.enter_context(engines.postgres())}


def policykg(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg", *words], env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, text=True, check=False
    )


def answers(library: Library, asked: list[str]) -> list[Answer]:
    """Return the answers, but for how long they took."""
    return [replace(answer, ms=0.0) for answer in library.ask_all(asked, ON)]


def told(found: list[Answer]) -> list[tuple[object, ...]]:
    """Return what is answered and the first clause cited; of two copies of one policy either may be cited, since their vectors tie within rounding."""
    return [(a.answered, a.type, [getattr(f, "value", None) for f in a.facts], [(c.number, c.path) for c in a.citations[:1]]) for a in found]


@pytest.mark.slow
def test_all_dev_questions_have_the_same_answers(
    real: Path, asked: list[str], servers: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Library.open(real)
    want = answers(here, asked)
    hits = [here.search(one, ON, Filters(status="in force"), 10).hits for one in asked[:10]]
    settings = tmp_path / "policykg.toml"
    settings.write_text(OXIGRAPH.format(**servers), "utf-8")
    monkeypatch.setenv(config.NAMED, str(settings))
    with pytest.raises(BuildBusy):
        Library.open(real)
    done = policykg("publish", "--build", str(real))
    assert done.returncode == 0, done.stderr
    assert [line.partition("：")[0] for line in done.stdout.splitlines()] == ["图谱服务器", "向量数据库"]
    there = Library.open(real)
    assert isinstance(there.shelf.graph, Fenced)
    assert isinstance(there.shelf.nearest, PgVectors)
    assert len(asked) >= 60
    assert told(answers(there, asked)) == told(want)
    assert [there.search(one, ON, Filters(status="in force"), 10).hits for one in asked[:10]] == hits


@pytest.mark.slow
def test_virtuoso_gives_the_same_answers(real: Path, asked: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    want = answers(Library.open(real), asked)
    with engines.virtuoso() as url:
        (tmp_path / "policykg.toml").write_text(VIRTUOSO.format(graph=url), "utf-8")
        monkeypatch.setenv(config.NAMED, str(tmp_path / "policykg.toml"))
        done = policykg("publish", "--build", str(real))
        assert done.returncode == 0, done.stderr
        assert answers(Library.open(real), asked) == want


@pytest.mark.slow
def test_an_ingest_publishes_what_it_switches_to(servers: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text(policy("孵化器", 1), "utf-8")
    (tmp_path / "policykg.toml").write_text(OXIGRAPH.format(**servers), "utf-8")
    monkeypatch.setenv(config.NAMED, str(tmp_path / "policykg.toml"))
    for amount in (100, 250):
        (texts / "a.txt").write_text(policy("孵化器", 1, amount), "utf-8")
        done = policykg("ingest", str(texts), "--build", str(tmp_path / "build"))
        assert done.returncode == 0, done.stderr
        assert "图谱服务器：写入" in done.stdout
        answer = Library.open(tmp_path / "build").ask("孵化器最高补助多少万元？", ON)
        assert f"{amount}万元" in answer.answer


def test_an_ingest_that_cannot_publish_says_that_only_this_is_missing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(policy("孵化器", 1), "utf-8")
    done = policykg("ingest", str(tmp_path / "a.txt"), "--build", str(tmp_path / "build"), POLICYKG_GRAPH__URL="http://127.0.0.1:1")
    assert done.returncode == 1
    assert "本机的构建已更新" in done.stderr.splitlines()[-1]
    assert Library.open(tmp_path / "build").documents()


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("POLICYKG_GRAPH__URL", "store.test", "http://"),
        ("POLICYKG_VECTORS__URL", "mysql://x/y", "postgresql://"),
        ("POLICYKG_VECTORS__INDEX", "ivf", "exact"),
        ("POLICYKG_EXTRACT__SCHEDULER", "127.0.0.1:8786", "tcp://"),
        ("POLICYKG_GRAPH__TIMEOUT_S", "0", "大于"),
    ],
)
def test_a_wrong_setting_is_one_line(variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=words) as refused:
        config.settings()
    assert variable in str(refused.value)


def test_publishing_to_nowhere_is_refused() -> None:
    done = policykg("publish", "--build", str(built.sample()))
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYKG_VECTORS__URL", "postgresql://127.0.0.1:1/x")
    monkeypatch.setitem(sys.modules, "kg.remote.pgvectors", None)
    with pytest.raises(UsageError, match=r"policykg\[wide\]"):
        Library.open(built.sample())


def test_nothing_of_it_is_loaded_where_nothing_is_set() -> None:
    code = "import sys; from kg.library import Library; from pathlib import Path; Library.open(Path(sys.argv[1])); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(built.sample())], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    assert not {"httpx2", "psycopg", "pgvector", "distributed", "kg.publish", "kg.build", "kg.harvest"} & set(done.stdout.split())
