"""What the graph says about one thing: its own statements, those of its parts, and what points to it; for pages and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.store import Store
from ontology.iris import decode, encode
from ontology.terms import DCTERMS, PK, RDF, Iri

# What points to a thing is shown up to so many; the query page shows all.
INCOMING = 200

_TITLE, _NAME, _PATH, _DOCUMENT, _QUOTE, _CLAUSE, _ORDER = (
    ox.NamedNode(term) for term in (DCTERMS.title, PK.name, PK.path, PK.document, PK.quote, PK.clause, PK.order)
)


@dataclass(frozen=True, slots=True)
class Object:
    """The other end of a statement: an IRI with its label, or a literal (``iri`` is then None)."""

    label: str
    iri: str | None


@dataclass(frozen=True, slots=True)
class Statement:
    """A predicate and what stands at its other end, in one direction."""

    predicate: str
    other: Object


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the graph: label, class, what it says, what points to it (a part of it where ``more``), and its facts."""

    iri: str
    label: str
    kind: str
    says: tuple[Statement, ...]
    pointed: tuple[Statement, ...]
    more: bool
    facts: tuple[Thing, ...] = ()


def local_path(base: str) -> str:
    """Return the path under which a server answers the IRIs of a base, e.g. /id/."""
    return urlsplit(base).path or "/"


def iri_at(base: str, path: str) -> Iri:
    """Return the IRI whose path, percent-decoded, follows the base's path."""
    return Iri(base + encode(path))


def path_of(base: str, iri: str) -> str | None:
    """Return the percent-decoded path of an IRI below the base, None for an IRI elsewhere; its fragment is kept."""
    if not iri.startswith(base):
        return None
    local, mark, fragment = iri.removeprefix(base).partition("#")
    return decode(local) + mark + fragment


def read(store: Store, iri: str) -> Thing | None:
    """Return what the graph says about a thing, None where it says nothing."""
    node = ox.NamedNode(iri)
    says = tuple(_outgoing(store, node))
    if not says:
        return None
    pointed = tuple(_incoming(store, node))
    more = len(pointed) > INCOMING
    pointed = tuple(sorted(pointed[:INCOMING], key=lambda one: (one.predicate, _place(store, one.other.iri or ""), one.other.label)))
    facts = tuple(sorted(_facts(store, node), key=lambda fact: _order(fact.iri)))
    kind = next((s.other.iri or "" for s in says if s.predicate == RDF.type), "")
    return Thing(iri, label(store, node), kind, says, pointed, more, facts)


def triples(store: Store, iri: str) -> list[ox.Triple]:
    """Return the statements about a thing, about its facts, and those that place its clauses; sorted, each once."""
    node = ox.NamedNode(iri)
    found = {quad.triple for quad in store.inner.quads_for_pattern(node, None, None)}
    for fact in _subjects(store, _CLAUSE, node):
        found |= {quad.triple for quad in store.inner.quads_for_pattern(fact, None, None)}
    for quad in store.inner.quads_for_pattern(None, _DOCUMENT, node):
        if _value(store, quad.subject, _PATH):
            found.add(quad.triple)
    return sorted(found, key=str)


def label(store: Store, node: ox.NamedNode) -> str:
    """Return what a person calls a thing: title, name, title and path, or quote; else its IRI."""
    if plain := _value(store, node, _TITLE) or _value(store, node, _NAME):
        return plain
    if path := _value(store, node, _PATH):
        return f"{_document(store, node)} {path}"
    if quote := _value(store, node, _QUOTE):
        return quote
    return node.value


def _outgoing(store: Store, node: ox.NamedNode) -> Iterator[Statement]:
    quads = sorted(store.inner.quads_for_pattern(node, None, None), key=lambda q: (q.predicate.value, str(q.object)))
    for quad in quads:
        other = quad.object
        if isinstance(other, ox.NamedNode):
            yield Statement(quad.predicate.value, Object(label(store, other), other.value))
        elif isinstance(other, ox.Literal):
            yield Statement(quad.predicate.value, Object(other.value, None))


def _incoming(store: Store, node: ox.NamedNode) -> Iterator[Statement]:
    """Yield what points to a thing, one more than is shown; a document's clauses and a clause's facts are shown with it and left out."""
    count = 0
    for quad in store.inner.quads_for_pattern(None, None, node):
        if quad.predicate in (_CLAUSE, _DOCUMENT) or not isinstance(quad.subject, ox.NamedNode):
            continue
        yield Statement(quad.predicate.value, Object(label(store, quad.subject), quad.subject.value))
        if (count := count + 1) > INCOMING:
            return


def _facts(store: Store, node: ox.NamedNode) -> Iterator[Thing]:
    for fact in _subjects(store, _CLAUSE, node):
        says = tuple(_outgoing(store, fact))
        yield Thing(fact.value, label(store, fact), next((s.other.iri or "" for s in says if s.predicate == RDF.type), ""), says, (), more=False)


def _subjects(store: Store, predicate: ox.NamedNode, node: ox.NamedNode) -> Iterable[ox.NamedNode]:
    return [quad.subject for quad in store.inner.quads_for_pattern(None, predicate, node) if isinstance(quad.subject, ox.NamedNode)]


def _order(iri: str) -> tuple[str, int]:
    """Sort facts by kind and number: amount-2 before amount-10."""
    kind, _, number = iri.rpartition("#")[2].rpartition("-")
    return kind, int(number) if number.isdigit() else 0


def _place(store: Store, iri: str) -> int:
    """Return the place of a clause in its document, of a fact among those of its kind in its clause, 0 for another thing."""
    found = _value(store, ox.NamedNode(iri), _ORDER)
    return int(found) if found and found.isdigit() else _order(iri)[1]


def _document(store: Store, node: ox.NamedNode) -> str:
    found = next(iter(store.inner.quads_for_pattern(node, _DOCUMENT, None)), None)
    return (_value(store, found.object, _TITLE) or "") if found and isinstance(found.object, ox.NamedNode) else ""


def _value(store: Store, subject: ox.NamedNode | ox.BlankNode | ox.Triple, predicate: ox.NamedNode) -> str | None:
    if isinstance(subject, ox.Triple):
        return None
    found = next(iter(store.inner.quads_for_pattern(subject, predicate, None)), None)
    return None if found is None or isinstance(found.object, ox.Triple) else found.object.value


def known(store: Store, iri: str) -> bool:
    """Say whether the graph says anything of a thing."""
    return next(iter(store.inner.quads_for_pattern(ox.NamedNode(iri), None, None)), None) is not None
