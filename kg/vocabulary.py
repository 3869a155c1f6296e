"""The vocabulary as it is documented: terms with labels and definitions in Chinese and English, read from ontology/policy.ttl."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from ontology.terms import DCTERMS, PK_NS, RDF, Iri

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_OWL = "http://www.w3.org/2002/07/owl#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
CODE_NS = PK_NS.replace("/ns#", "/code/")
ONTOLOGY = PK_NS.removesuffix("#")
KINDS = {
    _OWL + "Class": "类",
    _OWL + "ObjectProperty": "对象属性",
    _OWL + "DatatypeProperty": "数据属性",
    _SKOS + "ConceptScheme": "取值表",
    _SKOS + "Concept": "取值",
}


# What is used of other vocabularies.
_OTHERS: dict[str, str] = {DCTERMS.title: "标题", RDF.label: "名称", RDF.type: "类"}


@dataclass(frozen=True, slots=True)
class Word:
    """A term: its kind as in ``KINDS``, labels, definitions, and the terms it is aligned with (predicate's local name, IRI)."""

    iri: Iri
    kind: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    broader: tuple[str, ...]
    aligned: tuple[str, ...]
    notation: str
    scheme: str

    @property
    def name(self) -> str:
        """The local name."""
        return self.iri.removeprefix(PK_NS).removeprefix(CODE_NS)


def turtle() -> bytes:
    """Return the vocabulary as it stands in the file."""
    return files("ontology").joinpath("policy.ttl").read_bytes()


def triples() -> tuple[ox.Triple, ...]:
    """Return the triples of the vocabulary."""
    return tuple(quad.triple for quad in ox.parse(turtle(), format=ox.RdfFormat.TURTLE))


def version() -> str:
    """Return the version of the vocabulary, "" where it names none."""
    found = (t.object for t in triples() if t.predicate.value == _OWL + "versionInfo")
    return next((term.value for term in found if isinstance(term, ox.Literal)), "")


@cache
def words() -> dict[str, Word]:
    """Return every term that the vocabulary defines by its IRI, in the order of the file."""
    about: dict[str, list[ox.Triple]] = {}
    for triple in triples():
        if isinstance(triple.subject, ox.NamedNode):
            about.setdefault(triple.subject.value, []).append(triple)
    return {iri: word for iri, found in about.items() if (word := _word(Iri(iri), found))}


def label(iri: str) -> str:
    """Return the Chinese label of a term, else its name."""
    if iri in _OTHERS:
        return _OTHERS[iri]
    word = words().get(iri)
    return word.zh if word and word.zh else iri.rpartition("#")[2].rpartition("/")[2]


def meaning(predicate: str, value: str) -> str:
    """Return the Chinese label of a value from a closed list, "" for a predicate or value without one."""
    return _codes().get((predicate.removeprefix(PK_NS), value), "")


def place(predicate: str) -> int:
    """Return where a term stands in the vocabulary; terms of others stand first."""
    return _places().get(predicate, -1)


@cache
def _codes() -> dict[tuple[str, str], str]:
    return {(word.scheme.removeprefix(CODE_NS), word.notation): word.zh for word in words().values() if word.notation}


@cache
def _places() -> dict[str, int]:
    return {iri: place for place, iri in enumerate(words())}


def _word(iri: Iri, found: list[ox.Triple]) -> Word | None:
    def objects(*predicates: str) -> tuple[str, ...]:
        return tuple(t.object.value for t in found if t.predicate.value in predicates and isinstance(t.object, ox.NamedNode))

    def said(language: str | None, *predicates: str) -> str:
        texts = (t.object for t in found if t.predicate.value in predicates)
        return next((text.value for text in texts if isinstance(text, ox.Literal) and text.language == language), "")

    kind = next((name for name in objects(RDF.type) if name in KINDS), None)
    if kind is None:
        return None
    names, meaning = (_RDFS + "label", _SKOS + "prefLabel"), _SKOS + "definition"
    return Word(
        iri, kind, said("zh", *names), said("en", *names), said("zh", meaning), said("en", meaning), objects(_RDFS + "domain"), objects(_RDFS + "range"),
        objects(_RDFS + "subClassOf", _RDFS + "subPropertyOf"), objects(_SKOS + "closeMatch", _SKOS + "exactMatch"), said(None, _SKOS + "notation"),
        next(iter(objects(_SKOS + "inScheme")), ""),
    )  # fmt: skip
