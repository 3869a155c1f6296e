"""The sample corpus: digests that name their official text, show every layout, and hold true figures."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from ingest.flow import fold
from ingest.read import read
from ontology.records import Document, Facts, Source
from tests.conftest import ROOT

CORPUS = ROOT / "corpus"


class Entry(BaseModel):
    """One [[source]] of sources.toml."""

    model_config = ConfigDict(extra="forbid")

    file: str
    title: str
    issuers: list[str]
    issued: date
    number: str | None = None
    effective: date | None = None
    expires: date | None = None
    note: str | None = None


ENTRIES = [Entry.model_validate(row) for row in tomllib.loads((CORPUS / "sources.toml").read_text(encoding="utf-8"))["source"]]
TEXTS = {entry.file: (CORPUS / entry.file).read_text(encoding="utf-8") for entry in ENTRIES}
each = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)


def test_every_file_is_listed_once() -> None:
    assert sorted(entry.file for entry in ENTRIES) == sorted(p.name for p in CORPUS.iterdir() if p.suffix in {".txt", ".md"})
    assert 10 <= len(ENTRIES) <= 12


@each
def test_a_digest_says_what_it_is(entry: Entry) -> None:
    note, _, body = TEXTS[entry.file].partition("\n")
    assert note.startswith("【摘编】本文是policykg项目对《")
    assert "非官方文本，以官方发布为准" in note
    day = f"{entry.issued.year}年{entry.issued.month}月{entry.issued.day}日"
    for fact in (f"《{entry.title}》", entry.number or "", day):
        assert fact in note
    assert entry.title in [line.lstrip("# ") for line in body.splitlines()]


@each
def test_a_digest_is_short(entry: Entry) -> None:
    assert 1_000 <= len(TEXTS[entry.file].encode()) <= 4_096


@pytest.mark.parametrize(
    "layout",
    [
        r"^第[一二三四五六七八九十]+章",
        r"^第[一二三四五六七八九十]+条",
        r"^[一二三四五六七八九十]+、",
        r"^（[一二三四五六七八九十]+）",
        r"^\d\. ",
        r"^[^\t\n]+\t[^\t\n]+\t",
        r"^附件$",
        r"^# ",
    ],
)
def test_every_layout_occurs(layout: str) -> None:
    assert any(re.search(layout, text, re.MULTILINE) for text in TEXTS.values())


def test_some_have_lapsed_and_some_are_in_force() -> None:
    expiries = [entry.expires for entry in ENTRIES if entry.expires]
    assert min(expiries) < date(2026, 11, 1) < max(expiries)


def test_digests_point_at_each_other() -> None:
    titles = {entry.title: entry.file for entry in ENTRIES}
    pairs = {(file, titles.get(title)) for file, text in TEXTS.items() for title in re.findall(r"《([^《》]+)》", text)}
    assert len({(file, target) for file, target in pairs if target and target != file}) >= 4


@pytest.fixture(scope="module")
def official(shared: Path) -> dict[str, tuple[Document, list[Facts]]]:
    """Return the official documents of the compilation with their facts, by title."""
    text = (shared / "corpus" / "qingdao-policy-compilation.txt").read_text(encoding="utf-8")
    reading = read(Source("compilation.txt", "", text))
    return {fold(document.title): (document, [facts for _, facts in reading.clauses[document.id]]) for document in reading.documents}


def own(entry: Entry) -> tuple[Document, list[Facts]]:
    reading = read(Source(entry.file, "", TEXTS[entry.file]))
    (document,) = reading.documents
    return document, [facts for _, facts in reading.clauses[document.id]]


@each
def test_a_digest_reads_as_its_listing_says(entry: Entry) -> None:
    document, _ = own(entry)
    assert (document.edition, document.title, document.number, document.issued) == ("digest", entry.title, entry.number, entry.issued)
    assert (document.effective, document.expires) == (entry.effective, entry.expires)


@each
def test_figures_and_agencies_are_those_of_the_official_text(entry: Entry, official: dict[str, tuple[Document, list[Facts]]]) -> None:
    _, theirs = official[fold(entry.title)]
    _, ours = own(entry)
    assert {(a.value, a.high, a.unit) for f in ours for a in f.amounts} <= {(a.value, a.high, a.unit) for f in theirs for a in f.amounts}
    assert {r.agency for f in ours for r in f.responsibilities} <= {r.agency for f in theirs for r in f.responsibilities}


@each
def test_validity_is_that_of_the_official_text(entry: Entry, official: dict[str, tuple[Document, list[Facts]]]) -> None:
    document, _ = official[fold(entry.title)]
    assert entry.number in {document.number, None} or document.number is None
    assert (entry.issued, entry.effective, entry.expires) == (document.issued, document.effective, document.expires)
