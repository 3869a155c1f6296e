"""The Accept header, case by case."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.endpoint.accept import GRAPHS, HTML, ROWS, choose


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("text/csv", "csv"),
        ("TEXT/CSV", "csv"),
        ("text/csv; header=present", "csv"),
        ("text/csv;q=0.3, text/tab-separated-values;q=0.4", "tsv"),
        ("text/csv;q=0.3,*/*;q=0.1", "csv"),
        ("application/*;q=0.5, application/sparql-results+xml", "xml"),
        ("application/sparql-results+json;q=0, application/json;q=0, */*", "xml"),
        ("text/csv;q=0", ""),
        ("*/*;q=0", ""),
        ("text/csv;q=abc", ""),
        ("text/csv;q=2", ""),
        ("image/png", ""),
        (",,text/csv,,", "csv"),
        ("application/sparql-results+json, application/sparql-results+xml", "json"),
    ],
)
def test_rows(header: str | None, name: str) -> None:
    assert choose(header, ROWS) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("text/turtle", "turtle"),
        ("application/ld+json", "jsonld"),
        ("application/n-triples;q=0.9, application/rdf+xml;q=0.8", "ntriples"),
        ("application/rdf+xml", "rdfxml"),
        ("text/turtle;q=0.5, text/html;q=0.4", "turtle"),
    ],
)
def test_pages_and_graphs(header: str, name: str) -> None:
    assert choose(header, (HTML, *GRAPHS)) == name


@given(st.text())
def test_any_header_gives_an_offer_or_none(header: str) -> None:
    assert choose(header, ROWS) in {offer.name for offer in ROWS} | {""}
