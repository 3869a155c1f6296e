"""Page and paragraph of a place in a source: kept in the build, through every way of writing one, and shown with citations and hits."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest import files
from ingest.flow import squash
from kg import amend, build, cite, manifest, marks, notes, present, verify
from kg.config import BASE
from kg.export import report
from kg.library import Library
from kg.marks import Marks
from kg.search import Filters
from kg.shelf import Shelf
from kg.ui import batch, search, workbooks
from kg.ui.basket import citation
from ontology.answers import Answer, Citation
from tests.conftest import ROOT
from tests.makers import docx, html, pdf, plain
from tests.makers.policy import MEASURES, RULES

ON = date(2026, 1, 1)
ASKED = "安庆市数据产业促进办法由哪个部门负责解释？"
MADE = {
    ".pdf": lambda: pdf.reportlab(RULES),
    ".docx": lambda: docx.styled(RULES),
    ".html": lambda: html.make(RULES).encode(),
    ".txt": lambda: plain.make(RULES).encode(),
}


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a build of the same policy in each format, by ending; nobody may write into it."""
    made = {}
    for ending, make in MADE.items():
        home = tmp_path_factory.mktemp("marks")
        (home / "corpus").mkdir()
        (home / "corpus" / f"rules{ending}").write_bytes(make())
        build.ingest(home / "build", [home / "corpus"], base=BASE, workers=1)
        made[ending] = home / "build"
    return made


def corpus_of(build: Path) -> Path:
    """Return the folder that a build was made from."""
    return build.parent / "corpus"


def asked(build: Path) -> tuple[Library, Answer]:
    library = Library.open(build)
    return library, library.ask(ASKED, ON)


@pytest.mark.parametrize(
    ("places", "packed"),
    [
        ((), None),
        (((0, "第1页"), (812, "第2页"), (1602, "第3页")), "0第1页 812 790"),
        (((0, "第1页"), (812, "第2页"), (1602, "第6页"), (1700, "第7页")), "0第1页 812 790第6页 98"),
        (((5, "第12段"), (5, "第13段"), (90, "附页"), (95, "附页")), "5第12段 0 85附页 5"),
        (((0, "第9页"), (3, "第10页"), (4, "第1段")), "0第9页 3 1第1段"),
    ],
)
def test_marks_come_back_as_they_went_in(places: Marks, packed: str | None) -> None:
    assert marks.pack(places) == packed
    assert marks.unpack(packed) == places


@pytest.mark.parametrize(("packed", "left"), [("", ()), ("x 3第1页 -4 2", ((3, "第1页"), (5, "第2页"))), (None, ())])
def test_what_is_no_mark_is_left_out(packed: str | None, left: Marks) -> None:
    assert marks.unpack(packed) == left


@pytest.mark.parametrize("ending", [".pdf", ".docx", ".html"])
def test_the_citation_of_an_answer_names_page_or_paragraph(builds: dict[str, Path], ending: str) -> None:
    library, answer = asked(builds[ending])
    assert answer.answered
    read = files.read(corpus_of(builds[ending]) / f"rules{ending}", f"rules{ending}")
    for cited in answer.citations:
        assert cited.place == files.place_at(read.marks, cited.start)
        assert squash((library.shelf.text(cited.source) or "")[cited.start : cited.end]) == squash(cited.quote)
    best = answer.citations[0]
    assert best.path[-1] == "第七条"
    assert best.place is not None
    assert best.place[-1] == ("页" if ending == ".pdf" else "段")
    line = read.text[: best.start].count("\n")
    assert "解释" in read.text.split("\n")[line]
    assert not verify.verify(library.shelf).faults


def test_the_last_article_stands_on_another_page_than_the_first(builds: dict[str, Path]) -> None:
    library = Library.open(builds[".pdf"])
    document = library.documents()[0]
    clauses = library.shelf.clauses_of(document.iri)
    places = {library.shelf.spot(c.source, c.start) for c in clauses}
    assert {"第1页", "第2页"} <= places


def test_text_has_no_pages_and_its_json_no_such_field(builds: dict[str, Path]) -> None:
    library, answer = asked(builds[".txt"])
    assert [c.place for c in answer.citations] == [None] * len(answer.citations)
    assert '"place"' not in json.dumps(present.as_json(answer))
    assert '"place"' not in json.dumps(present.as_json(library.search("解释", ON, Filters(), 5)))
    assert "原文" not in cite.plain(answer.citations[0], cite.Source((), ON))


def test_the_command_line_prints_it(builds: dict[str, Path]) -> None:
    def said(*words: str) -> str:
        done = subprocess.run([sys.executable, "-m", "kg", *words, "--build", str(builds[".pdf"])], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout

    cited = json.loads(said("ask", ASKED, "--json"))["citations"][0]
    assert cited["place"].startswith("第")
    assert cited["place"].endswith("页")
    hit = json.loads(said("search", "解释", "--json"))["hits"][0]
    assert hit["place"].endswith("页")
    assert f" {cited['place']}" in said("ask", ASKED)


def test_forms_of_citation_and_downloads_name_it(builds: dict[str, Path], tmp_path: Path) -> None:
    library, answer = asked(builds[".docx"])
    best = answer.citations[0]
    for _, form in cite.every(best, cite.Source(("安庆市人民政府",), ON)):
        assert f"第七条，原文{best.place}" in form
    kept = citation(library, best.clause, ON)
    assert isinstance(kept, Citation)
    assert kept.place == best.place
    row = batch.rows([answer], notes.load(library.shelf.build))[0]
    assert row[batch.COLUMNS.index("页/段")] == best.place
    assert len(row) == len(batch.rows([replace(answer, citations=())], notes.load(library.shelf.build))[0]) == len(batch.COLUMNS)
    assert str(library.search("解释", ON, Filters(), 5).hits[0].place) in search.as_csv(library, library.search("解释", ON, Filters(), 5)).decode("utf-8-sig")
    assert workbooks.of_document(library, library.documents()[0])
    report.write_report(library.shelf, tmp_path / "said.md", ON, question=ASKED)
    assert f"{best.place}，第 {best.start}" in (tmp_path / "said.md").read_text("utf-8")


def test_an_amended_build_keeps_them(builds: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where, corpus = copied(builds[".pdf"], tmp_path)
    before = places(where)
    monkeypatch.setattr(build, "LARGE", 0)
    monkeypatch.setattr(build, "SHARE", 0)
    done: list[object] = []
    real = amend.write
    monkeypatch.setattr(amend, "write", lambda *rest: done.append(rest) or real(*rest))
    (corpus / "more.docx").write_bytes(docx.styled(MEASURES))
    build.ingest(where, [corpus], base=BASE, workers=1)
    assert done
    after = places(where)
    assert after["rules.pdf"] == before["rules.pdf"]
    assert after["more.docx"] == files.read(corpus / "more.docx", "more.docx").marks


def test_a_build_made_from_its_texts_keeps_them(builds: dict[str, Path], tmp_path: Path) -> None:
    where, corpus = copied(builds[".pdf"], tmp_path)
    before = places(where)
    shutil.rmtree(where / "readings")
    shutil.rmtree(corpus)
    build.rebase(where, "https://example.org/id/")
    assert places(where) == before


def test_a_build_from_before_opens_without_them_and_has_them_after_the_next_ingest(builds: dict[str, Path], tmp_path: Path) -> None:
    where, corpus = copied(builds[".pdf"], tmp_path)
    before = places(where)
    made = manifest.load(where)
    tables = sqlite3.connect(manifest.path(where, made) / "tables.sqlite")
    tables.execute("ALTER TABLE sources DROP COLUMN marks")
    tables.commit()
    tables.close()
    manifest.save(where, replace(made, rules="an older one"))
    _, answer = asked(where)
    assert answer.answered
    assert answer.citations[0].place is None
    build.ingest(where, [corpus], base=BASE, workers=1)
    assert places(where) == before


def copied(built: Path, folder: Path) -> tuple[Path, Path]:
    """Return a copy of a build and of its corpus, to be written into; the manifest names the copy."""
    corpus = folder / "corpus"
    shutil.copytree(corpus_of(built), corpus)
    build.ingest(folder / "build", [corpus], base=BASE, workers=1)
    return folder / "build", corpus


def places(where: Path) -> dict[str, Marks]:
    """Return the marks of every source of a build."""
    shelf = Shelf.open(where)
    return {source: marks.unpack(packed) for source, packed in shelf.select("SELECT source, marks FROM sources")}  # type: ignore[misc, arg-type]
