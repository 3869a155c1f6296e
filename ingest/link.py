"""Links between documents of a whole corpus: what a reference means, copies of one policy, dates that depend on another text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from ingest import clausekeys, works
from ontology.records import Clause, Document, Facts, Reading, Reference, Span

_REPEALS = frozenset({"repeals", "supersedes"})


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference means: a document of the build, and the key of a clause where one is meant."""

    document: str
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """What can only be said with the whole corpus at hand.

    ``targets`` is keyed by the id of the document that refers and the span of the reference; ``effective`` and ``expires`` hold derived
    dates alone (never what the text itself states); ``policies`` gives each document the key of its work and ``preferred`` the
    document that stands for a work; ``numbers`` are document numbers known only because others cite the document by them.
    """

    targets: Mapping[tuple[str, Span], Target]
    effective: Mapping[str, date]
    expires: Mapping[str, date]
    policies: Mapping[str, str]
    preferred: Mapping[str, str]
    numbers: Mapping[str, str]  # number → document id


def resolve(readings: Sequence[Reading]) -> Links:
    """Link a corpus; a reference that fits two works stays without a target."""
    documents = [d for reading in readings for d in reading.documents]
    clauses = {key: pairs for reading in readings for key, pairs in reading.clauses.items()}
    keys = {key: clausekeys.Index([c for c, _ in pairs]) for key, pairs in clauses.items()}
    by_id = {d.id: d for d in documents}
    cited = [(by_id[key], r) for key, pairs in clauses.items() for _, facts in pairs for r in facts.references if r.kind == "external"]
    links = connect(documents, cited, keys.get)
    inner = {(key, reference.span): target for key, pairs in clauses.items() for reference, target in inside(key, pairs, keys[key])}
    return replace(links, targets={**links.targets, **inner})


def inside(document: str, pairs: Iterable[tuple[Clause, Facts]], index: clausekeys.Index) -> Iterator[tuple[Reference, Target]]:
    """Yield the internal references of a document (by id) whose clause is found, with their targets."""
    for clause, facts in pairs:
        for reference in facts.references:
            if reference.kind == "internal" and (found := index.inside(clause, reference.clause or "")) is not None:
                yield reference, Target(document, found)


def connect(
    documents: Sequence[Document],
    cited: Sequence[tuple[Document, Reference]],
    index: Callable[[str], clausekeys.Index | None],
    known: Mapping[tuple[str, Span], Target] = MappingProxyType({}),
) -> Links:
    """Link the external references of a corpus, each with the document that it stands in.

    ``index`` gives the clauses of a document by its id; ``known`` are targets from before, whose clause still is what is meant where
    the document is.
    """
    catalogue = works.Catalogue(documents)
    catalogue.learn((reference.title, reference.number) for _, reference in cited)
    targets: dict[tuple[str, Span], Target] = {}
    ends: list[tuple[Document, Target]] = []
    for document, reference in cited:
        work = catalogue.find(reference.title, reference.number, document.issued or document.effective)
        if work is None:
            continue
        target = known.get((document.id, reference.span))
        if target is None or target.document != work.preferred.id:
            clauses = index(work.preferred.id) if reference.clause else None
            target = Target(work.preferred.id, clauses.named(reference.clause) if clauses and reference.clause else None)
        targets[document.id, reference.span] = target
        if reference.relation in _REPEALS and reference.clause is None and document.edition != "news":
            ends.append((document, target))
    effective, expires = _shared_dates(documents, catalogue)
    _repealed(ends, catalogue, effective, expires)
    return Links(targets, effective, expires, catalogue.policies, catalogue.preferred, catalogue.learned)


def _shared_dates(documents: Sequence[Document], catalogue: works.Catalogue) -> tuple[dict[str, date], dict[str, date]]:
    """Dates of documents that begin or end with another one (与《X》同步实施, 有效期与《X》一致), through chains, without circles."""
    effective: dict[str, date] = {}
    expires: dict[str, date] = {}
    for document in documents:
        source, seen = document, {document.id}
        begins, ends = document.effective, document.expires
        while source.effective_like and (begins is None or ends is None):
            work = catalogue.find(*_title_and_number(source.effective_like))
            if work is None or work.preferred.id in seen:
                break
            source = work.preferred
            seen.add(source.id)
            begins, ends = begins or source.effective, ends or source.expires
        if document.effective is None and begins is not None:
            effective[document.id] = begins
        if document.expires is None and ends is not None:
            expires[document.id] = ends
    return effective, expires


def _title_and_number(words: str) -> tuple[str, str | None]:
    """Split 《X》（青科字〔2024〕7号） into title and number."""
    match = re.match(r"《?(.+?)》?(?:[（(]([^（()）]{1,20}〔\d{4}〕\d+号)[)）])?$", words)
    return (match[1], match[2]) if match else (words, None)


def _repealed(ends: Iterable[tuple[Document, Target]], catalogue: works.Catalogue, effective: Mapping[str, date], expires: dict[str, date]) -> None:
    """Every copy of a repealed work ends on the day before the text that repeals it begins."""
    for document, target in ends:
        begins = document.effective or effective.get(document.id) or document.issued
        if begins is None:
            continue
        last = begins - timedelta(days=1)
        for copy in catalogue.work_of(target.document).documents:
            if copy.issued is not None and copy.issued > last:
                continue
            stated = [d for d in (copy.expires, expires.get(copy.id)) if d is not None]
            if not stated or last < min(stated):
                expires[copy.id] = last
