"""The terms of the graph, as a closed namespace: a name that policy.ttl does not define is an AttributeError (and a mypy error)."""

# ruff: noqa: N815 — an attribute is spelled as the term in the graph is, e.g. PK.noticeTitle

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

PK_NS: Final = "https://w3id.org/policykg/ns#"
XSD_NS: Final = "http://www.w3.org/2001/XMLSchema#"


class Iri(str):
    """An IRI; a plain str where a Value is wanted is a literal."""

    __slots__ = ()


# The object of a triple: an IRI, or a Python value that stands for a literal of xsd:string, xsd:boolean, xsd:integer, xsd:decimal or xsd:date.
Value = Iri | str | bool | int | Decimal | date
Triple = tuple[Iri, Iri, Value]


def _pk(name: str) -> Iri:
    return Iri(PK_NS + name)


class PK:
    """The project's own terms; policy.ttl says what each means."""

    __slots__ = ()

    # classes
    Document: Final = _pk("Document")
    Clause: Final = _pk("Clause")
    Agency: Final = _pk("Agency")
    Fact: Final = _pk("Fact")
    Amount: Final = _pk("Amount")
    Duty: Final = _pk("Duty")
    Reference: Final = _pk("Reference")
    Definition: Final = _pk("Definition")
    Deadline: Final = _pk("Deadline")
    Norm: Final = _pk("Norm")
    Mention: Final = _pk("Mention")

    # documents
    noticeTitle: Final = _pk("noticeTitle")
    number: Final = _pk("number")
    indexNumber: Final = _pk("indexNumber")
    issuer: Final = _pk("issuer")
    issued: Final = _pk("issued")
    published: Final = _pk("published")
    effective: Final = _pk("effective")
    expires: Final = _pk("expires")
    validityBasis: Final = _pk("validityBasis")
    effectiveLike: Final = _pk("effectiveLike")
    genre: Final = _pk("genre")
    place: Final = _pk("place")
    edition: Final = _pk("edition")
    source: Final = _pk("source")
    url: Final = _pk("url")

    # what depends on other sources
    target: Final = _pk("target")
    effectiveDerived: Final = _pk("effectiveDerived")
    expiresDerived: Final = _pk("expiresDerived")
    policy: Final = _pk("policy")
    copyOf: Final = _pk("copyOf")

    # clauses
    document: Final = _pk("document")
    parent: Final = _pk("parent")
    path: Final = _pk("path")
    label: Final = _pk("label")
    heading: Final = _pk("heading")
    kind: Final = _pk("kind")
    header: Final = _pk("header")
    order: Final = _pk("order")
    text: Final = _pk("text")
    start: Final = _pk("start")
    end: Final = _pk("end")

    # facts
    clause: Final = _pk("clause")
    quote: Final = _pk("quote")
    context: Final = _pk("context")

    # amounts
    value: Final = _pk("value")
    high: Final = _pk("high")
    unit: Final = _pk("unit")
    bound: Final = _pk("bound")
    purpose: Final = _pk("purpose")
    about: Final = _pk("about")
    per: Final = _pk("per")
    condition: Final = _pk("condition")
    rateOf: Final = _pk("rateOf")
    cappedBy: Final = _pk("cappedBy")

    # duties and mentions
    agency: Final = _pk("agency")
    surface: Final = _pk("surface")
    role: Final = _pk("role")
    task: Final = _pk("task")
    detail: Final = _pk("detail")
    listed: Final = _pk("listed")

    # references
    relation: Final = _pk("relation")
    referenceKind: Final = _pk("referenceKind")
    targetTitle: Final = _pk("targetTitle")
    targetNumber: Final = _pk("targetNumber")
    targetClause: Final = _pk("targetClause")

    # definitions, deadlines, norms
    term: Final = _pk("term")
    meaning: Final = _pk("meaning")
    what: Final = _pk("what")
    due: Final = _pk("due")
    recurs: Final = _pk("recurs")
    lasts: Final = _pk("lasts")
    lastsUnit: Final = _pk("lastsUnit")
    countsFrom: Final = _pk("countsFrom")
    normKind: Final = _pk("normKind")
    who: Final = _pk("who")

    # agencies (pk:place as for documents)
    name: Final = _pk("name")
    shortName: Final = _pk("shortName")
    level: Final = _pk("level")
    successor: Final = _pk("successor")
    covers: Final = _pk("covers")
    succeeded: Final = _pk("succeeded")


class RDF:
    """What is used of RDF and RDF Schema."""

    __slots__ = ()

    type: Final = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    label: Final = Iri("http://www.w3.org/2000/01/rdf-schema#label")


class DCTERMS:
    """What is used of the Dublin Core terms."""

    __slots__ = ()

    title: Final = Iri("http://purl.org/dc/terms/title")


class XSD:
    """The datatypes of literals."""

    __slots__ = ()

    boolean: Final = Iri(XSD_NS + "boolean")
    integer: Final = Iri(XSD_NS + "integer")
    decimal: Final = Iri(XSD_NS + "decimal")
    date: Final = Iri(XSD_NS + "date")


def own_terms() -> dict[str, Iri]:
    """Return the project's own terms by their local name."""
    return {name: term for name, term in vars(PK).items() if isinstance(term, Iri)}


def lexical(value: Value) -> tuple[str, Iri | None]:
    """Return the lexical form and the datatype of a literal; the datatype is None for xsd:string.

    Decimals are written without an exponent and booleans in lower case, as XML Schema has them.
    """
    if isinstance(value, str):
        return str(value), None
    if isinstance(value, bool):
        return ("true" if value else "false"), XSD.boolean
    if isinstance(value, int):
        return str(value), XSD.integer
    if isinstance(value, Decimal):
        return format(value, "f"), XSD.decimal
    return value.isoformat(), XSD.date
