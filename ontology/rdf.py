"""One function per record → triples. Subjects and predicates are IRIs, objects are IRIs or Python values that stand for literals.

A source's triples depend on that source alone; what depends on other sources is made by ``target``, ``derived`` and ``policy``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ontology.iris import FactKind, Iris
from ontology.records import Agency, Amount, Clause, Deadline, Definition, Document, Facts, Mention, Norm, Reading, Reference, Responsibility, Span
from ontology.terms import DCTERMS, PK, RDF, Iri, Triple, Value

_GAP = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")

Pairs = Iterable[tuple[Iri, Value | None]]


def reading(record: Reading, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of one source: its documents, their clauses and facts; they stand in the graph iris.source(path)."""
    for item in record.documents:
        yield from document(item, iris)
        entries = record.clauses.get(item.id, ())
        parents = parent_keys([clause for clause, _ in entries])
        for order, (one, found) in enumerate(entries, 1):
            yield from clause(one, order, parents.get(one.key), record.source.text, iris)
            yield from facts(found, one, record.source.text, iris)


def document(record: Document, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of a document."""
    subject = iris.document(record.id)
    yield from _about(
        subject,
        (
            (RDF.type, PK.Document),
            (DCTERMS.title, record.title),
            (PK.noticeTitle, record.notice_title),
            (PK.number, record.number),
            (PK.indexNumber, record.index_number),
            (PK.issued, record.issued),
            (PK.published, record.published),
            (PK.effective, record.effective),
            (PK.expires, record.expires),
            (PK.validityBasis, record.validity_basis),
            (PK.effectiveLike, record.effective_like),
            (PK.genre, record.genre),
            (PK.place, record.place),
            (PK.edition, record.edition),
            (PK.source, record.source),
            (PK.start, record.span.start),
            (PK.end, record.span.end),
            (PK.url, record.url),
        ),
    )
    for issuer in dict.fromkeys(record.issuers):
        yield subject, PK.issuer, iris.agency(issuer)


def parent_keys(clauses: Iterable[Clause]) -> dict[str, str]:
    """Map the key of each clause of one document, in text order, to the key of the nearest clause before it whose path begins its own."""
    latest: dict[tuple[str, ...], str] = {}
    parents: dict[str, str] = {}
    for one in clauses:
        for length in range(len(one.path) - 1, 0, -1):
            if (found := latest.get(one.path[:length])) is not None:
                parents[one.key] = found
                break
        latest[one.path] = one.key
    return parents


def clause(record: Clause, order: int, parent: str | None, text: str, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of a clause: the order-th of its document (from 1), parent is a key, text the whole source."""
    return _about(
        iris.clause(record.document, record.key),
        (
            (RDF.type, PK.Clause),
            (PK.document, iris.document(record.document)),
            (PK.parent, None if parent is None else iris.clause(record.document, parent)),
            (PK.path, "/".join(record.path)),
            (PK.label, record.label),
            (PK.heading, record.heading),
            (PK.kind, record.kind),
            (PK.header, "|".join(record.header) or None),
            (PK.order, order),
            (PK.text, _words(text, record.span)),
            (PK.start, record.span.start),
            (PK.end, record.span.end),
        ),
    )


def agency(record: Agency, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of a body; they stand in the graph iris.registry."""
    subject = iris.agency(record.name)
    successor = None if record.successor is None else iris.agency(record.successor)
    names = ((RDF.type, PK.Agency), (PK.name, record.name), (RDF.label, record.name))
    yield from _about(subject, (*names, (PK.place, record.place), (PK.level, record.level), (PK.successor, successor), (PK.succeeded, record.succeeded)))
    for short in dict.fromkeys(record.short_names):
        yield subject, PK.shortName, short


def facts(found: Facts, inside: Clause, text: str, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of the facts of one clause; a fact's IRI is the clause's with kind and ordinal, text is the whole source."""
    of = iris.clause(inside.document, inside.key)
    whole = iris.document(inside.document)
    caps = {one.span: iris.fact(of, "amount", order) for order, one in enumerate(found.amounts, 1)}

    def each(kind: FactKind, type_: Iri, spans: Iterable[tuple[Span, Pairs]]) -> Iterator[Triple]:
        for order, (span, pairs) in enumerate(spans, 1):
            subject = iris.fact(of, kind, order)
            yield from _about(subject, _place(type_, of, whole, span, order, text))
            yield from _about(subject, pairs)

    yield from each("amount", PK.Amount, ((one.span, amount(one, caps, text)) for one in found.amounts))
    yield from each("duty", PK.Duty, ((one.span, (*duty(one, text, iris), *covered(one, inside, iris))) for one in found.responsibilities))
    yield from each("reference", PK.Reference, ((one.span, reference(one, text)) for one in found.references))
    yield from each("definition", PK.Definition, ((one.span, definition(one, text)) for one in found.definitions))
    yield from each("deadline", PK.Deadline, ((one.span, deadline(one, text)) for one in found.deadlines))
    yield from each("norm", PK.Norm, ((one.span, norm(one, text)) for one in found.norms))
    yield from each("mention", PK.Mention, ((one.span, mention(one, iris)) for one in found.mentions))


def amount(record: Amount, caps: Mapping[Span, Iri], text: str) -> Pairs:
    """Return predicates and objects of an amount; caps are the amounts of its clause by span."""
    return (
        (PK.context, _words(text, record.sentence or record.span)),
        (PK.value, record.value),
        (PK.high, record.high),
        (PK.unit, record.unit),
        (PK.bound, record.bound),
        (PK.purpose, record.purpose),
        (PK.about, record.about),
        (PK.per, record.per),
        (PK.condition, record.condition),
        (PK.rateOf, record.rate_of),
        (PK.cappedBy, None if record.capped_by is None else caps.get(record.capped_by)),
    )


def duty(record: Responsibility, text: str, iris: Iris) -> Pairs:
    """Return predicates and objects of a duty."""
    return (
        (PK.context, _words(text, record.sentence or record.span)),
        (PK.agency, iris.agency(record.agency)),
        (PK.surface, record.surface),
        (PK.role, record.role),
        (PK.task, record.task),
        (PK.detail, record.detail),
        (PK.listed, record.listed),
    )


def covered(record: Responsibility, inside: Clause, iris: Iris) -> Pairs:
    """Return the further clauses of a general duty's document that it covers."""
    return tuple((PK.covers, iris.clause(inside.document, key)) for key in record.covers)


def reference(record: Reference, text: str) -> Pairs:
    """Return predicates and objects of a reference, without its target, which stands in the links graph."""
    return (
        (PK.context, _words(text, record.span)),
        (PK.relation, record.relation),
        (PK.referenceKind, record.kind),
        (PK.targetTitle, record.title),
        (PK.targetNumber, record.number),
        (PK.targetClause, record.clause),
    )


def definition(record: Definition, text: str) -> Pairs:
    """Return predicates and objects of a definition."""
    return (PK.context, _words(text, record.span)), (PK.term, record.term), (PK.meaning, record.meaning)


def deadline(record: Deadline, text: str) -> Pairs:
    """Return predicates and objects of a deadline."""
    return (
        (PK.context, _words(text, record.span)),
        (PK.what, record.what),
        (PK.due, record.due),
        (PK.recurs, record.recurs),
        (PK.lasts, record.lasts),
        (PK.lastsUnit, record.unit),
        (PK.countsFrom, record.counts_from),
    )


def norm(record: Norm, text: str) -> Pairs:
    """Return predicates and objects of a norm."""
    return (PK.context, _words(text, record.span)), (PK.normKind, record.kind), (PK.who, record.who)


def mention(record: Mention, iris: Iris) -> Pairs:
    """Return predicates and objects of a mention of a body."""
    return (PK.agency, iris.agency(record.agency)), (PK.surface, record.surface)


def target(reference: Iri, found: str, iris: Iris) -> Triple:
    """Return the triple that says what a reference means; found is Reference.target, an IRI without base."""
    return reference, PK.target, iris.resolve(found)


def derived(document: str, effective: date | None, expires: date | None, iris: Iris) -> Iterator[Triple]:
    """Yield the dates of a document (by id) that follow from another document."""
    return _about(iris.document(document), ((PK.effectiveDerived, effective), (PK.expiresDerived, expires)))


def policy(document: str, key: str, copy_of: str | None, iris: Iris) -> Iterator[Triple]:
    """Yield the key that copies of one policy share, and the document (by id) of which this one is a copy."""
    return _about(iris.document(document), ((PK.policy, key), (PK.copyOf, None if copy_of is None else iris.document(copy_of))))


def squash(text: str) -> str:
    """Return the text without white space and zero-width signs."""
    visible = "".join(text.split())
    # Signs without a look of their own are not printable: nearly every text is done here.
    return visible if visible.isprintable() else _GAP.sub("", visible)


def _words(text: str, span: Span) -> str:
    return squash(text[span.start : span.end])


def _place(type_: Iri, clause: Iri, document: Iri, span: Span, order: int, text: str) -> Pairs:
    return (
        (RDF.type, type_),
        (PK.clause, clause),
        (PK.document, document),
        (PK.quote, _words(text, span)),
        (PK.start, span.start),
        (PK.end, span.end),
        (PK.order, order),
    )


def _about(subject: Iri, pairs: Pairs) -> Iterator[Triple]:
    """Yield the triples of a subject; a pair without object says nothing."""
    for predicate, value in pairs:
        if value is not None:
            yield subject, predicate, value
