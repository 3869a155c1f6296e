"""The log: one JSON object an event with ids, counts and durations, and never a word of a document, a question or a file name."""

from __future__ import annotations

import ast
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from kg import logs
from kg.endpoint.logged import route_of
from kg.errors import UsageError
from kg.sections import Log
from tests import ui
from tests.conftest import ROOT
from tests.policies import built, corpus, ingest, policy
from tests.serving import serving

__all__ = ["built", "corpus"]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """Return a file that this process logs to as JSON, at every level."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    file = tmp_path / "log.jsonl"
    logs.configure(Log(format="json", level="debug", file=file))
    yield file
    root.handlers[:] = before
    root.setLevel(level)


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def of(file: Path, name: str) -> list[dict[str, object]]:
    return [line for line in lines(file) if line["event"] == name]


QUESTIONS = ("孵化器最高补助多少？", "海州市财政局做什么", "《海州市孵化器管理办法》什么时候到期", "Ω no such thing", "给予最高100万元补助")


def test_no_log_holds_words_of_documents_or_questions(built: Path, corpus: Path, tmp_path: Path) -> None:
    """The whole round by the command line: ingest with refused files, questions, searches, queries, wrong usage, damage."""
    (corpus / "海州市坏文件办法.docx").write_bytes(b"PK\x03\x04 not a zip")
    (corpus / "secret-plan.txt").write_text(policy("茶园", 3) + "\nThe budget of the harbour is confidential.\n", "utf-8")
    file = tmp_path / "log.jsonl"
    plain = {k: v for k, v in os.environ.items() if not k.startswith("POLICYKG_")}
    plain |= {"POLICYKG_LOG__FORMAT": "json", "POLICYKG_LOG__LEVEL": "debug", "POLICYKG_LOG__FILE": str(file), "POLICYKG_BUILD": str(built)}

    def cli(*words: str) -> int:
        return subprocess.run([sys.executable, "-m", "kg", *words], cwd=ROOT, env=plain, capture_output=True, check=False).returncode

    assert cli("ingest", str(corpus)) == 1
    (tmp_path / "questions.txt").write_text("\n".join(QUESTIONS), "utf-8")
    assert cli("ask", "--file", str(tmp_path / "questions.txt")) == 0
    assert cli("search", "harbour budget 孵化器") == 0
    assert cli("孵化器最高补助多少？") == 2
    assert cli("text", "孵化器.txt") == 2
    (built / "g000001" / "vectors" / "vectors.json").write_text("孵化器", "utf-8")
    assert cli("ask", QUESTIONS[0]) == 1
    text = file.read_text("utf-8")
    texts = [re.sub(r"\s", "", f.read_text("utf-8", "ignore")) for f in corpus.rglob("*") if f.is_file()]
    forbidden = {words[i : i + 4] for words in (*texts, *QUESTIONS, "坏文件办法") for i in range(len(words) - 3)}
    ours = "policykg: 未收入一条事实，%s"
    assert not [piece for piece in forbidden if not piece.isascii() and piece in text.replace(ours, "")]
    assert not [word for word in ("harbour", "secret-plan", "confidential") if word in text]
    found = {str(line["event"]) for line in lines(file)}
    assert {"build", "refused", "ask", "search", "command"} <= found
    assert [(line["kind"], line["source"]) for line in of(file, "refused")] == [(".docx", logs.pseudonym("海州市坏文件办法.docx"))]
    assert [line["name"] for line in of(file, "command")] == ["ingest", "ask", "search", "text", "ask"]
    assert {line.get("error") for line in of(file, "command")} >= {"UsageError", "BuildDamaged"}
    assert all(isinstance(line["ms"], float) for line in of(file, "ask"))


def test_requests_are_logged_without_what_they_ask(built: Path, corpus: Path, log: Path) -> None:
    ingest(built, corpus)
    with serving(built) as server:
        assert server.get("/sparql?query=SELECT+%3Fharbour+WHERE+%7B+%3Fharbour+a+%3Ft+%7D").status == 200
        assert server.get("/sparql?query=nonsense").status == 400
        assert server.get("/id/harbour").status == 404
        assert server.get("/harbour").status == 404
        given_ = server.ask("GET", "/healthz", headers={"X-Request-Id": "abcdef-12345"})
        assert given_.headers["x-request-id"] == "abcdef-12345"
        odd = server.ask("GET", "/healthz", headers={"X-Request-Id": "a b"})
        assert re.fullmatch("[0-9a-f]{16}", odd.headers["x-request-id"])
    asked = of(log, "request")
    assert [(line["route"], line["method"], line["status"]) for line in asked[:4]] == [
        ("sparql", "GET", 200),
        ("sparql", "GET", 400),
        ("thing", "GET", 404),
        ("thing", "GET", 404),
    ]
    assert [line["level"] for line in asked] == ["info"] * 4 + ["debug"] * 2
    assert all(line["bytes"] and line["ms"] and line["id"] for line in asked)
    assert "harbour" not in log.read_text("utf-8")
    assert of(log, "opened")[0]["generation"] == "g000001"


def test_health_says_what_is_served(built: Path, corpus: Path, log: Path) -> None:
    ingest(built, corpus)
    with serving(built) as server:
        health = json.loads(server.get("/healthz").text)
        assert (health["status"], health["generation"]) == ("ok", "g000001")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", health["open_since"])
        manifest = (built / "manifest.json").read_text("utf-8")
        (built / "manifest.json").unlink()
        assert json.loads(server.get("/healthz").text)["status"] == "stale"
        (built / "manifest.json").write_text(manifest, "utf-8")
        assert json.loads(server.get("/healthz").text)["status"] == "ok"
        built.rename(built.with_name("away"))
        gone = server.get("/healthz")
        assert (gone.status, json.loads(gone.text)["status"]) == (503, "unavailable")
        built.with_name("away").rename(built)
        assert server.get("/healthz").status == 200
    assert [line["error"] for line in of(log, "not_opened")] == ["FileNotFoundError", "FileNotFoundError"]


def test_what_libraries_say_is_not_shown(log: Path) -> None:
    try:
        raise ValueError("孵化器 harbour")
    except ValueError:
        logging.getLogger("some.library").exception("could not read harbour %s", "孵化器")
        logging.getLogger("kg.parts").warning("policykg: 未收入一条事实，%s", "孵化器 harbour")
    library, own = lines(log)
    assert library | {"timestamp": ""} == {
        "timestamp": "",
        "level": "error",
        "event": "log",
        "logger": "some.library",
        "where": library["where"],
        "error": "ValueError",
        "frames": library["frames"],
    }
    assert own["template"] == "policykg: 未收入一条事实，%s"
    assert "harbour" not in log.read_text("utf-8")


@examples(max_examples=200, deadline=None)
@given(st.text() | st.lists(st.text(), max_size=3))
def test_strings_are_shown_only_as_plain_tokens(value: str | list[str]) -> None:
    shown = logs.shown(None, "", {"x": value})["x"]
    for one in shown if isinstance(shown, list) else [shown]:
        assert re.fullmatch(r"[A-Za-z0-9_.:/+@\[\]-]{0,120}", str(one))


def test_templates_of_the_log_are_literals() -> None:
    """What a template says is shown, so that it may hold nothing that comes from a document."""
    odd = []
    for path in (p for room in ("kg", "ingest", "ontology") for p in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("debug", "info", "warning", "error", "exception"):
                owner = node.func.value
                if isinstance(owner, ast.Name) and owner.id in ("log", "logger", "logging") and not isinstance(node.args[0], ast.Constant):
                    odd.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert odd == []


def test_text_lines_and_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        logs.configure(Log())
        assert root.handlers == before
        logs.configure(Log(level="info", file=tmp_path / "log.txt"))
        logs.event("ask", answered=True, ms=1.5)
        assert re.search(r"level=info event=ask answered=true ms=1.5 ", (tmp_path / "log.txt").read_text("utf-8") + " ")
        root.handlers[:] = before
        with pytest.raises(UsageError, match=r"log\.file"):
            logs.configure(Log(file=tmp_path / "none" / "log.txt"))
        root.handlers[:] = before
        if Path("/dev/full").exists():
            logs.configure(Log(level="info", file=Path("/dev/full")))
            logs.event("ask")
    finally:
        root.handlers[:] = before
        root.setLevel(level)


def test_routes() -> None:
    paths = ("/", "/sparql/", "/page/办法", "/healthz", "//", "/办法/sparql")
    assert [route_of(path) for path in paths] == ["front", "sparql", "page", "healthz", "front", "thing"]


def test_the_app_logs_questions_by_count_and_says_what_is_wrong_with_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    file = tmp_path / "log.jsonl"
    for name, value in (("BUILD", ui.sample_build()), ("LOG__FORMAT", "json"), ("LOG__LEVEL", "info"), ("LOG__FILE", file)):
        monkeypatch.setenv(f"POLICYKG_{name}", str(value))
    try:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params["q"] = "首次购买青科保的企业，保险费用补贴比例是多少？"
        app.run()
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert not app.exception
    assert any(line["answered"] for line in of(file, "ask"))
    assert not re.search("青科保|保险费用|补贴比例", file.read_text("utf-8"))
    monkeypatch.setenv("POLICYKG_LOG__FORMAT", "xml")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "POLICYKG_LOG__FORMAT：应是" in app.text[0].value
