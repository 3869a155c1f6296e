"""Search: words and vectors fused, lifted by the documents a question names; each hit says why it was found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.flow import Flow, squash
from ingest.recognise import amounts
from kg.errors import UsageError
from kg.shelf import ClauseRow, DocumentRow, Shelf
from kg.tables import plain
from ontology.answers import Named
from ontology.records import Status

# Weight of the vectors against the words after min-max of each top POOL. Two-fold cross-validation in ../shared/retrieval: see docs/decisions.
VECTOR_WEIGHT = 1.0
POOL = 200
# The longest quote of a hit, white space not counted.
QUOTE = 400
# A clause of a document that the question names gets this share of the best score on top, times how surely it is named.
NAMED_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a clause was found: words | vector | graph | value, and a Chinese detail."""

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Found:
    """A clause with its score (higher is better) and the reasons."""

    clause: str
    document: str
    score: float
    reasons: tuple[Reason, ...]


def propose(shelf: Shelf, query: str, limit: int, *, named: Sequence[Named] = (), documents: Collection[str] | None = None) -> list[Found]:
    """Return the clauses that fit a text best, best first; ``documents`` are the IRIs to stay inside, None for all."""
    lexical = {h.clause: (h.score, h.document) for h in shelf.words.search(query, POOL, documents=documents)}
    vector = dict(_near(shelf, query, documents))
    owner = {clause: document for clause, (_, document) in lexical.items()}
    sure = {n.document: n.strength for n in named}
    if sure:
        strong = [d for d, s in sure.items() if s >= 0.5 and (documents is None or d in documents)]
        for h in shelf.words.search(query, POOL, documents=strong) if strong else ():
            lexical.setdefault(h.clause, (h.score, h.document))
            owner[h.clause] = h.document
    missing = [c for c in vector if c not in owner]
    owner.update({c.iri: c.document for c in shelf.clauses(missing).values()})
    words = _scaled({c: s for c, (s, _) in lexical.items()})
    near = _scaled(vector)
    out = []
    for clause, document in owner.items():
        score = words.get(clause, 0.0) + VECTOR_WEIGHT * near.get(clause, 0.0)
        lift = NAMED_WEIGHT * (1 + VECTOR_WEIGHT) * sure.get(document, 0.0)
        reasons = [
            *([Reason("words", "词语相符")] if clause in words else []),
            *([Reason("vector", f"语义相近 {vector[clause]:.2f}")] if clause in vector else []),
            *([Reason("graph", f"问题点名文件（{sure[document]:.2f}）")] if document in sure else []),
        ]
        out.append(Found(clause, document, score + lift, tuple(reasons)))
    return sorted(out, key=lambda f: (-f.score, f.clause))[:limit]


def _near(shelf: Shelf, query: str, documents: Collection[str] | None) -> list[tuple[str, float]]:
    """Return the clauses whose vectors are nearest, with their cosine."""
    if not len(shelf.vectors):
        return []
    found = [(near.clause, near.score) for near in shelf.vectors.search(shelf.encoder.encode([query])[0], POOL)]
    if documents is None:
        return found
    kept = shelf.clauses(clause for clause, _ in found)
    return [(clause, score) for clause, score in found if clause in kept and kept[clause].document in documents]


def _scaled(scores: dict[str, float]) -> dict[str, float]:
    """Return the scores scaled to 0–1 (min-max)."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    return {k: (v - low) / (high - low) if high > low else 1.0 for k, v in scores.items()}


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are narrowed to; None leaves open. ``kind`` is a kind of fact: amount, duty, reference, definition, deadline or norm."""

    agency: str | None = None
    genre: str | None = None
    issuer: str | None = None
    place: str | None = None
    year: int | None = None
    kind: str | None = None
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found, as the contract's ``search --json`` prints it."""

    clause: str
    document: str
    number: str | None
    status: Status
    path: tuple[str, ...]
    quote: str
    source: str
    start: int
    end: int
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The hits of a search, and how many there were before the cut."""

    query: str
    on: date
    total: int
    hits: tuple[Hit, ...]


FACT_TABLES = {"amount": "amounts", "duty": "responsibilities", "reference": "references", "definition": "definitions", "deadline": "deadlines", "norm": "norms"}


def search(shelf: Shelf, query: str, on: date, filters: Filters, top: int) -> Result:
    """Return the clauses that fit a text and the filters; a figure alone finds all amounts of that value."""
    documents = {iri for iri, d in shelf.documents.items() if _fits(d, filters, on)}
    found = _by_value(shelf, query) or propose(shelf, query, POOL, documents=documents if filters != Filters() else None)
    allowed = _with_facts(shelf, filters)
    kept = [f for f in found if f.document in documents and (allowed is None or f.clause in allowed)]
    rows = shelf.clauses(f.clause for f in kept[:top])
    return Result(query, on, len(kept), tuple(_hit(shelf, rows[f.clause], f, on) for f in kept[:top]))


def _hit(shelf: Shelf, clause: ClauseRow, found: Found, on: date) -> Hit:
    document = shelf.documents[clause.document]
    text = shelf.text(clause.source) or ""
    end = clause.start
    kept = 0
    while end < clause.end and kept < QUOTE:
        kept += not text[end].isspace()
        end += 1
    quote = squash(text[clause.start : end])
    return Hit(
        clause.iri, document.title, document.number, document.status(on), clause.path, quote, clause.source, clause.start, end, round(found.score, 4), found.reasons
    )


def _fits(document: DocumentRow, filters: Filters, on: date) -> bool:
    """Say whether a document passes the filters that concern it."""
    return (
        (filters.genre is None or document.genre == filters.genre)
        and (filters.issuer is None or any(filters.issuer in issuer for issuer in document.issuers))
        and (filters.place is None or (document.place or "").startswith(filters.place))
        and (filters.year is None or (document.issued is not None and document.issued.year == filters.year))
        and (filters.status is None or document.status(on) == filters.status)
    )


def _with_facts(shelf: Shelf, filters: Filters) -> set[str] | None:
    """Return the clauses that hold a wanted kind of fact or a duty of a wanted body, None where neither is asked."""
    out: set[str] | None = None
    if filters.kind:
        if filters.kind not in FACT_TABLES:
            raise UsageError(f"没有这种事实：{filters.kind}（可用：{'、'.join(FACT_TABLES)}）。")
        out = {str(r[0]) for r in shelf.select(f'SELECT DISTINCT clause FROM "{FACT_TABLES[filters.kind]}"')}
    if filters.agency:
        rows = shelf.select("SELECT DISTINCT clause FROM responsibilities WHERE agency = ?1 OR surface = ?1 OR instr(agency, ?1)", (filters.agency,))
        mine = {str(r[0]) for r in rows}
        out = mine if out is None else out & mine
    return out


def _by_value(shelf: Shelf, query: str) -> list[Found]:
    """Return the clauses of all amounts of a value, where the query is a figure and nothing else."""
    flow = Flow.of(query)
    figures = list(amounts.find(flow))
    if len(figures) != 1 or figures[0].span.end - figures[0].span.start < len(query.strip()):
        return []
    figure = figures[0]
    rows = shelf.select(
        "SELECT clause, document, quote FROM amounts WHERE unit = ?1 AND (value = ?2 OR high = ?2) ORDER BY document, start", (figure.unit, plain(figure.value))
    )
    return [Found(str(c), str(d), 1.0, (Reason("value", str(q)),)) for c, d, q in {r[0]: r for r in rows}.values()]
