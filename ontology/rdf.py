"""One function per record → triples. Subjects and predicates are IRIs, objects are IRIs or Python values that stand for literals.

A source's triples depend on that source alone; what depends on other sources is made by ``target``, ``derived`` and ``policy``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from ontology.iris import FactKind, Iris
from ontology.records import Agency, Amount, Clause, Deadline, Definition, Document, Facts, Mention, Norm, Reading, Reference, Responsibility, Span
from ontology.terms import DCTERMS, PK, RDF, Iri, Triple, Value

_GAP = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")

F = TypeVar("F", Amount, Responsibility, Reference, Definition, Deadline, Norm, Mention)
Pairs = Iterable[tuple[Iri, Value | None]]
# Predicates and their values; what is said of each subject.
Values = tuple[Value, ...]
Thing = dict[Iri, Values]
Things = dict[Iri, Thing]


def reading(record: Reading, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of one source: its documents, their clauses and facts; they stand in the graph iris.source(path)."""
    return triples(things(record, iris))


def triples(said: Things) -> Iterator[Triple]:
    """Yield what is said of each subject, triple by triple."""
    return ((subject, predicate, value) for subject, thing in said.items() for predicate, values in thing.items() for value in values)


def grouped(said: Iterable[Triple]) -> Things:
    """Return predicates and values of each subject; a triple said twice counts once."""
    things: Things = {}
    for subject, predicate, value in said:
        _say(things.setdefault(subject, {}), ((predicate, value),))
    return things


def things(record: Reading, iris: Iris) -> Things:
    """Return what one source says of its documents, their clauses and facts, in text order."""
    said: Things = {}
    for item in record.documents:
        _say(said.setdefault(iris.document(item.id), {}), _document(item, iris))
        entries = record.clauses.get(item.id, ())
        parents = parent_keys([clause for clause, _ in entries])
        for order, (one, found) in enumerate(entries, 1):
            of = iris.clause(one.document, one.key)
            _say(said.setdefault(of, {}), _clause(one, order, parents.get(one.key), record.source.text, iris))
            _facts(said, found, one, of, record.source.text, iris)
    return said


def _document(record: Document, iris: Iris) -> Pairs:
    return (
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
        *((PK.issuer, iris.agency(issuer)) for issuer in record.issuers),
    )


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
    return _about(iris.clause(record.document, record.key), _clause(record, order, parent, text, iris))


def _clause(record: Clause, order: int, parent: str | None, text: str, iris: Iris) -> Pairs:
    return (
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
    )


def agency(record: Agency, iris: Iris) -> Iterator[Triple]:
    """Yield the triples of a body; they stand in the graph iris.registry."""
    subject = iris.agency(record.name)
    successor = None if record.successor is None else iris.agency(record.successor)
    names = ((RDF.type, PK.Agency), (PK.name, record.name), (RDF.label, record.name))
    yield from _about(subject, (*names, (PK.place, record.place), (PK.level, record.level), (PK.successor, successor), (PK.succeeded, record.succeeded)))
    for short in dict.fromkeys(record.short_names):
        yield subject, PK.shortName, short


def _facts(said: Things, found: Facts, inside: Clause, of: Iri, text: str, iris: Iris) -> None:
    """Say the facts of one clause, whose IRI is ``of``; a fact's IRI is the clause's with kind and ordinal, text is the whole source."""
    clause: Values = (of,)
    whole: Values = (iris.document(inside.document),)

    def each(kind: FactKind, type_: Iri, records: Sequence[F], more: Callable[[F, str], Pairs]) -> None:
        for order, one in enumerate(records, 1):
            quote = _words(text, one.span)
            thing: Thing = {
                RDF.type: (type_,),
                PK.clause: clause,
                PK.document: whole,
                PK.quote: (quote,),
                PK.start: (one.span.start,),
                PK.end: (one.span.end,),
            }
            _say(thing, more(one, quote))
            said[iris.fact(of, kind, order)] = thing

    if found.amounts:
        caps = {one.span: iris.fact(of, "amount", order) for order, one in enumerate(found.amounts, 1)}
        each("amount", PK.Amount, found.amounts, lambda one, quote: amount(one, caps, _around(text, one.sentence, quote)))
    if found.responsibilities:
        each("duty", PK.Duty, found.responsibilities, lambda one, quote: (*duty(one, _around(text, one.sentence, quote), iris), *covered(one, inside, iris)))
    each("reference", PK.Reference, found.references, lambda one, _: reference(one))
    each("definition", PK.Definition, found.definitions, lambda one, _: definition(one))
    each("deadline", PK.Deadline, found.deadlines, lambda one, _: deadline(one))
    each("norm", PK.Norm, found.norms, lambda one, _: norm(one))
    each("mention", PK.Mention, found.mentions, lambda one, _: mention(one, iris))


def amount(record: Amount, caps: Mapping[Span, Iri], context: str) -> Pairs:
    """Return predicates and objects of an amount; caps are the amounts of its clause by span, context are the words of its sentence."""
    return (
        (PK.context, context),
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


def duty(record: Responsibility, context: str, iris: Iris) -> Pairs:
    """Return predicates and objects of a duty; context are the words of its sentence."""
    return (
        (PK.context, context),
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


def reference(record: Reference) -> Pairs:
    """Return predicates and objects of a reference, without its target, which stands in the links graph."""
    return (
        (PK.relation, record.relation),
        (PK.referenceKind, record.kind),
        (PK.targetTitle, record.title),
        (PK.targetNumber, record.number),
        (PK.targetClause, record.clause),
    )


def definition(record: Definition) -> Pairs:
    """Return predicates and objects of a definition."""
    return (PK.term, record.term), (PK.meaning, record.meaning)


def deadline(record: Deadline) -> Pairs:
    """Return predicates and objects of a deadline."""
    return (
        (PK.what, record.what),
        (PK.due, record.due),
        (PK.recurs, record.recurs),
        (PK.lasts, record.lasts),
        (PK.lastsUnit, record.unit),
        (PK.countsFrom, record.counts_from),
    )


def norm(record: Norm) -> Pairs:
    """Return predicates and objects of a norm."""
    return (PK.normKind, record.kind), (PK.who, record.who)


def mention(record: Mention, iris: Iris) -> Pairs:
    """Return predicates and objects of a mention of a body; as the text writes it, its name is the quote."""
    return ((PK.agency, iris.agency(record.agency)),)


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


def _around(text: str, sentence: Span | None, quote: str) -> str:
    """Return the words of the sentence that a fact stands in, its own where it stands in none."""
    return quote if sentence is None else _words(text, sentence)


def _say(thing: Thing, pairs: Pairs) -> None:
    """Add to what is said of a thing; a pair without object says nothing, one said twice counts once."""
    for predicate, value in pairs:
        if value is not None:
            before = thing.get(predicate)
            if before is None:
                thing[predicate] = (value,)
            elif not any(type(value) is type(known) and value == known for known in before):
                thing[predicate] = (*before, value)


def _about(subject: Iri, pairs: Pairs) -> Iterator[Triple]:
    """Yield the triples of a subject; a pair without object says nothing."""
    for predicate, value in pairs:
        if value is not None:
            yield subject, predicate, value
