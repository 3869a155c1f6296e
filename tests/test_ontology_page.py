"""The page of the vocabulary says what the vocabulary says."""

from __future__ import annotations

from ontology.terms import own_terms
from scripts import document_ontology


def test_page_is_up_to_date() -> None:
    assert document_ontology.PAGE.read_text(encoding="utf-8") == document_ontology.page(), "python -m scripts.document_ontology"


def test_page_has_every_term() -> None:
    text = document_ontology.page()
    assert [name for name in own_terms() if f"`pk:{name}`" not in text] == []
