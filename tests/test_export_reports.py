"""The catalogue entry is DCAT, and a report says what an answer says, with its words and places."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import docx
import pytest
import rdflib
from rdflib.compare import to_isomorphic

from kg.config import BASE
from kg.errors import UsageError
from kg.export import catalogue, report, whole
from kg.shelf import Shelf
from tests import built

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ON = date(2030, 5, 6)
RDFLIB = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".jsonld": "json-ld"}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf.open(built.sample())


@pytest.mark.parametrize("ending", [".ttl", ".rdf", ".jsonld", ".nt"])
def test_catalogue_entry(shelf: Shelf, tmp_path: Path, ending: str) -> None:
    catalogue.write_dcat(shelf, tmp_path / f"d{ending}", ON)
    loaded = rdflib.Graph().parse(tmp_path / f"d{ending}", format=RDFLIB[ending])
    dcat, dc = rdflib.Namespace("http://www.w3.org/ns/dcat#"), rdflib.DCTERMS
    (data,) = loaded.subjects(rdflib.RDF.type, dcat.Dataset)
    assert len(list(loaded.objects(data, dcat.distribution))) >= 4
    assert loaded.value(data, dc.valid).toPython() == ON
    (service,) = loaded.subjects(rdflib.RDF.type, dcat.DataService)
    assert str(loaded.value(service, dcat.endpointURL)).endswith("/sparql")
    assert len(to_isomorphic(loaded)) == len(tuple(catalogue.entry(shelf, ON)))


def test_report_of_an_answer_cites_its_words(shelf: Shelf, tmp_path: Path) -> None:
    made = report.write_report(shelf, tmp_path / "a.md", ON, question="科技创新贷款贴息的最高比例是多少？")
    text = (tmp_path / "a.md").read_text("utf-8")
    assert made.sections[0].heading == "回答"
    assert "50%" in text
    assert "2030\\-05\\-06" in text or "2030-05-06" in text
    assert "```sparql" in text
    assert any(part.quote for part in made.sections)


def test_report_of_a_document_as_word(shelf: Shelf, tmp_path: Path) -> None:
    row = next(d for d in shelf.documents.values() if d.expires)
    made = report.write_report(shelf, tmp_path / "d.docx", ON, document=row.title)
    loaded = docx.Document(str(tmp_path / "d.docx"))
    assert loaded.paragraphs[0].text == row.title
    assert len(loaded.tables) == len(made.sections)
    assert str(row.expires) in [cell.text for line in loaded.tables[0].rows for cell in line.cells]


def test_report_of_the_build_and_of_unknown_documents(shelf: Shelf, tmp_path: Path) -> None:
    report.write_report(shelf, tmp_path / "b.md", ON)
    assert (tmp_path / "b.md").read_text("utf-8").count("\n| ") > len(shelf.documents)
    for wrong in ("没有的文件", "青岛市"):
        with pytest.raises(UsageError):
            report.write_report(shelf, tmp_path / "c.md", ON, document=wrong)
    assert not (tmp_path / "c.md").exists()


def test_markdown_escapes_what_would_be_markup() -> None:
    made = report.Report("*题* <b>", whole.Stamp("g1", "2030-01-01T00:00:00+00:00", ON, BASE), (report.Section("表", table=(("a|b", "#"),)),))
    text = report.markdown(made).decode()
    assert "# \\*题\\* \\<b\\>" in text
    assert "a\\|b" in text
