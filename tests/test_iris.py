"""IRIs are stable, valid, readable, and go back to what they were made of."""

from __future__ import annotations

import hashlib
from datetime import date

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology.iris import Iris, decode, document_id, encode

IRIS = Iris()


def test_document_id_is_slug_and_digest() -> None:
    digest = hashlib.sha256("海州市办法\n2030-01-02\nx/a.txt".encode()).hexdigest()[:8]
    assert document_id("海州市办法", "海政发〔2030〕7号", date(2030, 1, 2), "x/a.txt") == f"海政发-2030-7号-{digest}"


@pytest.mark.parametrize(
    ("title", "slug"),
    [("《海州市 “茶园”办法》", "海州市-茶园-办法"), ("关于（试行）的通知", "关于-试行-的通知"), ("１２条", "12条"), ("……", "document"), ("茶" * 80, "茶" * 60)],
)
def test_slug(title: str, slug: str) -> None:
    assert document_id(title, None, None, "a.txt")[:-9] == slug


def test_id_depends_on_title_date_and_path() -> None:
    ids = {document_id(t, "海政发〔2030〕7号", d, p) for t in ("甲", "乙") for d in (None, date(2030, 1, 1)) for p in ("a", "b")}
    assert len(ids) == 8


def test_clause_and_fact() -> None:
    clause = IRIS.clause("海政发-2030-7号-00000000", "二、/（三） x")
    assert clause == "http://127.0.0.1:8502/id/海政发-2030-7号-00000000/二、/（三）%20x"
    fact = IRIS.fact(clause, "amount", 2)
    assert fact == clause + "#amount-2"
    assert IRIS.document_of(fact) == IRIS.document_of(clause) == IRIS.document("海政发-2030-7号-00000000")


@pytest.mark.parametrize("iri", [IRIS.registry, IRIS.agency("海州市农业局"), "http://other/x"])
def test_no_document(iri: str) -> None:
    with pytest.raises(ValueError, match="not an IRI"):
        IRIS.document_of(iri)


@given(st.text(min_size=1))
def test_any_name_gives_a_valid_iri_and_comes_back(name: str) -> None:
    assert decode(encode(name)) == name
    for iri in (IRIS.source(name), IRIS.agency(name), IRIS.clause("d", name)):
        assert ox.NamedNode(iri).value == iri
    assert IRIS.source_path(IRIS.source(name)) == name


@given(st.text(), st.text())
def test_any_title_gives_a_valid_id(title: str, number: str) -> None:
    name = document_id(title, number or None, None, "a")
    assert encode(name) == name
    assert len(name) <= 69
    assert "/" not in name


def test_other_graphs_are_no_source() -> None:
    assert IRIS.source_path(IRIS.links) is None


@pytest.mark.parametrize("base", ["", "id/", "http://x/id", "http://x y/"])
def test_bad_base(base: str) -> None:
    with pytest.raises(ValueError, match="absolute"):
        Iris(base)
