"""terms.py and policy.ttl name the same terms; every term is explained; code lists are those of the records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDFS, SKOS
from rdflib.namespace import RDF as R

import ontology
from ontology import records
from ontology.terms import PK, PK_NS, XSD, Iri, lexical, own_terms

FOLDER = Path(ontology.__file__).parent
CODE = "https://w3id.org/policykg/code/"


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(FOLDER / "policy.ttl")


def test_same_terms(vocabulary: Graph) -> None:
    described = {str(s).removeprefix(PK_NS) for s in vocabulary.subjects(R.type) if str(s).startswith(PK_NS)}
    assert described == set(own_terms())


def test_every_term_explained_in_two_languages(vocabulary: Graph) -> None:
    for name, term in own_terms().items():
        for predicate in (RDFS.label, SKOS.definition):
            languages = sorted(o.language or "" for o in vocabulary.objects(URIRef(term), predicate) if isinstance(o, Literal))
            assert languages == ["en", "zh"], (name, predicate)


def test_every_property_has_one_kind_and_classes_are_capitalised(vocabulary: Graph) -> None:
    for name, term in own_terms().items():
        kinds = set(vocabulary.objects(URIRef(term), R.type))
        assert len(kinds) == 1, name
        assert (OWL.Class in kinds) == name[0].isupper(), name


def test_alignments(vocabulary: Graph) -> None:
    text = (FOLDER / "policy.ttl").read_text(encoding="utf-8")
    for prefix in ("eli:", "org:", "prov:", "skos:", "dcat:", "oa:", "schema:MonetaryAmount"):
        assert f" {prefix}" in text, prefix
    assert (URIRef(PK.Document), RDFS.subClassOf, URIRef("http://data.europa.eu/eli/ontology#LegalResource")) in vocabulary


@pytest.mark.parametrize(
    ("scheme", "values"),
    [
        ("bound", records.Bound),
        ("purpose", records.Purpose),
        ("role", records.Role),
        ("relation", records.Relation),
        ("edition", records.Edition),
        ("validityBasis", records.ValidityBasis),
        ("normKind", records.NormKind),
        ("kind", records.ClauseKind),
    ],
)
def test_code_lists(vocabulary: Graph, scheme: str, values: object) -> None:
    members = vocabulary.subjects(SKOS.inScheme, URIRef(CODE + scheme))
    assert {str(o) for m in members for o in vocabulary.objects(m, SKOS.notation)} == set(get_args(values))
    shapes = Graph().parse(FOLDER / "shapes.ttl")
    sh = "http://www.w3.org/ns/shacl#"
    shape = next(s for s in shapes.subjects(URIRef(sh + "path"), URIRef(PK_NS + scheme)))
    head = next(shapes.objects(shape, URIRef(sh + "in")))
    assert {str(m) for m in shapes.items(head)} == set(get_args(values))


def test_unknown_term_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = PK.titel  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("文", ("文", None)),
        (True, ("true", XSD.boolean)),
        (7, ("7", XSD.integer)),
        (Decimal("1E+8"), ("100000000", XSD.decimal)),
        (Decimal("0.50"), ("0.50", XSD.decimal)),
        (date(2030, 1, 2), ("2030-01-02", XSD.date)),
    ],
)
def test_lexical_forms(value: str | int | Decimal | date, expected: tuple[str, Iri | None]) -> None:
    assert lexical(value) == expected
