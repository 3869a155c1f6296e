"""JSON-LD with a context made from the vocabulary: plain names for properties, plain strings where the context says their type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby

import pyoxigraph as ox

from kg import vocabulary
from ontology.terms import DCTERMS, PK_NS, RDF, XSD_NS

_STRING = XSD_NS + "string"
_LABEL, _TITLE = RDF.label, DCTERMS.title
Node = dict[str, object]


@cache
def context() -> dict[str, object]:
    """Return the context: every property of the vocabulary by its local name, typed where its range is one type."""
    said: dict[str, object] = {"pk": PK_NS, "xsd": XSD_NS, "title": _TITLE, "rdfsLabel": _LABEL}
    for word in vocabulary.words().values():
        if word.kind.endswith("Property") and word.iri.startswith(PK_NS):
            said[word.name] = {"@id": word.iri} | ({"@type": type_} if (type_ := _type(word)) else {})
        elif word.kind.endswith("Class"):
            said[word.name] = word.iri
    return said


def lines(triples: Iterable[ox.Triple], about: dict[str, str]) -> Iterator[str]:
    """Yield a document of triples that stand together by subject; ``about`` is said at its head, outside the graph."""
    notes = dict.fromkeys(about)
    yield json.dumps({"@context": context() | notes, **about}, ensure_ascii=False, indent=1)[:-2] + ',\n "@graph": ['
    mark = "\n"
    for _, group in groupby(triples, key=lambda t: str(t.subject)):
        yield mark + json.dumps(node(group), ensure_ascii=False)
        mark = ",\n"
    yield "\n]}\n"


def node(group: Iterable[ox.Triple]) -> Node:
    """Return the node object of the triples of one subject."""
    found: dict[str, list[object]] = {}
    subject = ""
    for triple in group:
        subject = _id(triple.subject)
        if triple.predicate.value == RDF.type:
            found.setdefault("@type", []).append(_names().get(_id(triple.object), _id(triple.object)))
        else:
            name = _names().get(triple.predicate.value, triple.predicate.value)
            found.setdefault(name, []).append(_object(name, triple.object))
    return {"@id": subject, **{name: values[0] if len(values) == 1 else values for name, values in found.items()}}


def _object(name: str, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> object:
    entry = context().get(name)
    expected = str(entry.get("@type", "")) if isinstance(entry, dict) else ""
    if not isinstance(term, ox.Literal):
        return _id(term) if expected == "@id" else {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == (expected or _STRING):
        return term.value
    return {"@value": term.value} if term.datatype.value == _STRING else {"@value": term.value, "@type": term.datatype.value}


def _id(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)


def _type(word: vocabulary.Word) -> str | None:
    """Return the type that values of a property are read as: an IRI, or a datatype other than string."""
    if word.kind.endswith("ObjectProperty"):
        return "@id"
    datatype = next((iri for iri in word.range if iri.startswith(XSD_NS) and iri != _STRING), None)
    return datatype if len(word.range) == 1 else None


@cache
def _names() -> dict[str, str]:
    """Map IRIs to the names that the context gives them."""
    return {str(entry["@id"] if isinstance(entry, dict) else entry): name for name, entry in context().items() if name not in ("pk", "xsd")}
