"""Search: words and vectors fused, lifted by the documents a question names; each hit says why it was found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from ingest.flow import Flow, squash
from ingest.recognise import amounts
from kg import fusion
from kg.errors import UsageError
from kg.shelf import ClauseRow, DocumentRow, Shelf
from kg.tables import plain
from ontology.answers import Named
from ontology.records import Status

# The longest quote of a hit, white space not counted.
QUOTE = 400
# A clause of a document that the question names gets this much of the best possible score on top, times how surely it is named.
NAMED_WEIGHT = 0.8
SURELY = 0.5


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


def propose(
    shelf: Shelf, query: str, limit: int, *, named: Sequence[Named] = (), documents: Collection[str] | None = None, weight: float = fusion.WEIGHT
) -> list[Found]:
    """Return the clauses that fit a text best, best first; ``documents`` are the IRIs to stay inside, None for all; ``weight`` is that of vectors."""
    sure = {n.document: n.strength for n in named if documents is None or n.document in documents}
    words, owner = _by_words(shelf, query, documents, [d for d, strength in sure.items() if strength >= SURELY])
    vector = shelf.encoder.encode([query])[0]
    near = {n.clause: n.score for n in shelf.nearest.search(vector, fusion.POOL)}
    rows = shelf.clauses(clause for clause in near if clause not in owner)
    owner.update({clause: row.document for clause, row in rows.items() if documents is None or row.document in documents})
    near = {clause: score for clause, score in near.items() if clause in owner}
    cosines = shelf.nearest.cosines(vector, [clause for clause in words if clause not in near])
    out = []
    for clause, score in fusion.fuse(words, near, cosines, owner, weight=weight).items():
        document = owner[clause]
        lift = NAMED_WEIGHT * (1 + weight) * sure.get(document, 0.0)
        reasons = [
            *([Reason("words", "词语相符")] if clause in words else []),
            *([Reason("vector", f"语义相近 {near[clause]:.2f}")] if clause in near else []),
            *([Reason("graph", f"问题点名文件（{sure[document]:.2f}）")] if document in sure else []),
        ]
        out.append(Found(clause, document, score + lift, tuple(reasons)))
    return sorted(out, key=lambda f: (-f.score, f.clause))[:limit]


def _by_words(shelf: Shelf, query: str, documents: Collection[str] | None, strong: Sequence[str]) -> tuple[dict[str, float], dict[str, str]]:
    """Return BM25 and document of the clauses that words propose; inside surely named documents further down than elsewhere."""
    scores: dict[str, float] = {}
    owner: dict[str, str] = {}
    for among in (documents, strong) if strong else (documents,):
        for hit in shelf.words.search(query, fusion.POOL, documents=among, prior=0.0):
            scores.setdefault(hit.clause, hit.score)
            owner.setdefault(hit.clause, hit.document)
    return scores, owner


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
    place: str | None = field(default=None, metadata={"optional": True})  # page or paragraph where the quote begins


@dataclass(frozen=True, slots=True)
class Result:
    """The hits of a search, and how many there were before the cut."""

    query: str
    on: date
    total: int
    hits: tuple[Hit, ...]


FACT_TABLES = {"duty": "responsibilities"} | {kind: f"{kind}s" for kind in ("amount", "reference", "definition", "deadline", "norm")}


def search(shelf: Shelf, query: str, on: date, filters: Filters, top: int) -> Result:
    """Return the clauses that fit a text and the filters; a figure alone finds all amounts of that value."""
    documents = None if filters == Filters() else {iri for iri, d in shelf.documents.items() if _fits(d, filters, on)}
    found = _by_value(shelf, query) or propose(shelf, query, fusion.POOL, documents=documents)
    allowed = _with_facts(shelf, filters, [f.clause for f in found])
    kept = [f for f in found if (documents is None or f.document in documents) and (allowed is None or f.clause in allowed)]
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
    quote, score = squash(text[clause.start : end]), round(found.score, 4)
    status = document.status(on)
    span = (clause.source, clause.start, end)
    place = shelf.spot(clause.source, clause.start)
    return Hit(clause.iri, document.title, document.number, status, clause.path, quote, *span, score, found.reasons, place)


def _fits(document: DocumentRow, filters: Filters, on: date) -> bool:
    """Say whether a document passes the filters that concern it."""
    return (
        (filters.genre is None or document.genre == filters.genre)
        and (filters.issuer is None or any(filters.issuer in issuer for issuer in document.issuers))
        and (filters.place is None or (document.place or "").startswith(filters.place))
        and (filters.year is None or (document.issued is not None and document.issued.year == filters.year))
        and (filters.status is None or document.status(on) == filters.status)
    )


def _with_facts(shelf: Shelf, filters: Filters, found: Sequence[str]) -> set[str] | None:
    """Return those of the clauses that hold a wanted kind of fact or a duty of a wanted body, None where neither is asked."""
    out: set[str] | None = None
    if filters.kind:
        if filters.kind not in FACT_TABLES:
            raise UsageError(f"没有这种事实：{filters.kind}（可用：{'、'.join(FACT_TABLES)}）。")
        out = _holding(shelf, FACT_TABLES[filters.kind], found)
    if filters.agency:
        mine = _holding(shelf, "responsibilities", found, "(agency = ? OR surface = ? OR instr(agency, ?))", (filters.agency,) * 3)
        out = mine if out is None else out & mine
    return out


def _holding(shelf: Shelf, table: str, clauses: Sequence[str], condition: str = "1", values: Sequence[str] = ()) -> set[str]:
    """Return those of the clauses that a table has a row of."""
    out: set[str] = set()
    for i in range(0, len(clauses), 500):
        some = clauses[i : i + 500]
        statement = f'SELECT DISTINCT clause FROM "{table}" WHERE clause IN ({",".join("?" * len(some))}) AND {condition}'
        out |= {str(row[0]) for row in shelf.select(statement, (*some, *values))}
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
