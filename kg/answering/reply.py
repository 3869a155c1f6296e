"""Wording: figures, names, citations and validity in Chinese; refusals with their reason and the nearest clauses."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

from ingest.flow import squash
from kg.answering import scope
from kg.answering.evidence import Candidate, Evidence
from kg.shelf import ClauseRow, DocumentRow
from kg.tables import plain
from ontology.answers import AmountFact, Answer, Citation, Fact, Question

# The contract's limits, white space not counted.
QUOTE = 400
SHORT = 300
LONG = 1200
# What the name of the document, the place and the validity take of it.
MARGIN = 110
LONG_KINDS = frozenset({"list", "compare", "procedure", "eligibility", "definition"})
# How many citations an answer carries, and a refusal.
CITED = 6
NEAREST = 3
_BOUND = {"max": "最高", "min": "不低于", "exact": "", "range": ""}
_YI = Decimal(100_000_000)
_WAN = Decimal(10_000)


def day(value: date) -> str:
    """Write a date as 2025年9月18日."""
    return f"{value.year}年{value.month}月{value.day}日"


def figure(value: Decimal, unit: str) -> str:
    """Write a figure as policies do: 1000万元, 1.5亿元, 12%, 3倍."""
    if unit == "CNY" and value >= _YI and value % (_YI / 100) == 0:
        return f"{plain(value / _YI)}亿元"
    if unit == "CNY":
        return f"{plain(value / _WAN)}万元" if value >= _WAN else f"{plain(value)}元"
    return plain(value) + {"percent": "%", "times": "倍"}.get(unit, unit)


def bounded(fact: AmountFact) -> str:
    """Write an amount with its bound: 最高1000万元, 1000万元–5000万元."""
    if fact.bound == "range" and fact.high is not None:
        return f"{figure(fact.value, fact.unit)}–{figure(fact.high, fact.unit)}"
    return _BOUND[fact.bound] + figure(fact.value, fact.unit)


def where(document: DocumentRow, clause: ClauseRow | None = None) -> str:
    """Name a document, its number and a clause's place: 《…》（文号）第二章第九条."""
    number = f"（{document.number}）" if document.number else ""
    path = "" if clause is None or clause.kind in ("preamble",) else "".join(clause.path)
    return f"《{document.title}》{number}{path}"


def validity(document: DocumentRow, on: date) -> str:
    """Say what must be said of a document's validity on a day; nothing for one in force with a stated end."""
    if document.edition == "news":
        return "据新闻报道。"
    digest = "摘编，非官方文本。" if document.edition == "digest" else ""
    status = document.status(on)
    ends = document.ends
    derived = "" if ends == document.expires else "（推算）"
    if status == "lapsed" and ends:
        return f"{digest}【已失效】该文件已于{ends.isoformat()}到期{derived}。"
    if status == "not yet":
        begins = document.effective or document.effective_derived
        return f"{digest}【尚未施行】{f'自{begins.isoformat()}起施行' if begins else ''}。"
    if ends:
        return f"{digest}有效期至{ends.isoformat()}{derived}。"
    return f"{digest}未载明有效期。"


def quote_of(evidence: Evidence, clause: ClauseRow, start: int, end: int) -> tuple[str, int, int]:
    """Return the words of a span cut to the clause and to the longest quote allowed, with the span."""
    text = evidence.shelf.text(clause.source) or ""
    start, end = max(start, clause.start), min(end, clause.end)
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if len(squash(text[start:end])) > QUOTE:
        kept = 0
        for i in range(start, end):
            kept += bool(squash(text[i]))
            if kept == QUOTE:
                end = i + 1
                break
    return squash(text[start:end]), start, end


def citation(evidence: Evidence, clause: ClauseRow, start: int | None = None, end: int | None = None) -> Citation:
    """Cite a span of a clause, the whole clause where none is given; the quote is cut to its limit."""
    document = evidence.shelf.documents[clause.document]
    quote, begin, stop = quote_of(evidence, clause, clause.start if start is None else start, clause.end if end is None else end)
    return Citation(
        document=document.title,
        number=document.number,
        issued=document.issued,
        edition=document.edition,
        status=document.status(evidence.question.on),
        path=clause.path,
        clause=clause.iri,
        quote=quote,
        source=clause.source,
        start=begin,
        end=stop,
        url=document.url,
        place=evidence.shelf.spot(clause.source, begin),
    )


def sentence(evidence: Evidence, clause: ClauseRow, context: str) -> Citation:
    """Cite the sentence of a clause that a fact's context (white space left out) is; the whole clause where it is not found."""
    text = evidence.shelf.text(clause.source) or ""
    at = [i for i in range(clause.start, clause.end) if squash(text[i])]
    k = "".join(text[i] for i in at).find(context)
    if k < 0 or not context:
        return citation(evidence, clause)
    return citation(evidence, clause, at[k], at[k + len(context) - 1] + 1)


def size(text: str) -> int:
    """Return how long a text counts: without white space, … as three signs."""
    return len(unicodedata.normalize("NFKC", squash(text)))


def limit(text: str, kind: str, taken: int = 0) -> str:
    """Cut an answer to its limit less what is taken, with an ellipsis where something was left out."""
    room = (LONG if kind in LONG_KINDS else SHORT) - taken
    if size(text) <= room:
        return text
    while size(text) > room - 3:
        text = text[: len(text) - max(1, (size(text) - room) // 2)]
    return text.rstrip("，；、。") + "…"


def answer(
    evidence: Evidence, text: str, facts: Sequence[Fact], citations: Sequence[Citation], query: str, extras: Sequence[str] = (), validity: bool = True
) -> Answer:
    """Return an answer; the validity of every cited document that needs saying is added unless the text says it, then each extra that still fits whole."""
    question = evidence.question
    said = (_validity_of(evidence, facts, citations) if validity else "") + understood(question)
    body = limit(text, question.kind, size(said))
    room = (LONG if question.kind in LONG_KINDS else SHORT) - size(said)
    for extra in extras:
        if extra and extra not in said and size(body + extra) <= room:
            body += extra
    more = [citation(evidence, c.clause) for c in evidence.candidates[:CITED]]
    seen = {c.clause for c in citations}
    cited = (*citations, *(m for m in more if m.clause not in seen))
    return Answer(question.text, question.on, question.kind, True, body + said, tuple(facts), tuple(cited[: max(CITED, len(citations))]), query)


def _validity_of(evidence: Evidence, facts: Sequence[Fact], citations: Sequence[Citation]) -> str:
    """Say the validity of the documents that the facts stand in."""
    owners = list(dict.fromkeys(c.document for c in evidence.shelf.clauses(f.clause for f in facts).values()))
    rows = [evidence.shelf.documents[o] for o in owners]
    if not rows:
        return ""
    if len(rows) == 1:
        return validity(rows[0], evidence.question.on) + now_in_force(evidence, rows[0])
    said = [(validity(r, evidence.question.on) + now_in_force(evidence, r), r) for r in rows[:4]]
    groups = [(words, [r for _, r in same]) for words, same in groupby(sorted(said, key=lambda s: s[0]), key=lambda s: s[0])]
    return "".join(f"{'、'.join(f'《{r.title}》' for r in same)}{words}" for words, same in groups if "【" in words or "摘编" in words or "据" in words)


def now_in_force(evidence: Evidence, document: DocumentRow) -> str:
    """Name the document in force that took a lapsed one's place; nothing where the build has none."""
    newer = scope.successor(evidence.shelf, document, evidence.question)
    return f"现行规定见{where(newer)}。" if newer else ""


def refuse(evidence: Evidence, reason: str, query: str = "") -> Answer:
    """Return a refusal: its reason, and the nearest clauses, which are no answer."""
    question = evidence.question
    nearest = tuple(citation(evidence, c.clause) for c in evidence.candidates[:NEAREST])
    tail = "以下是最接近的条款（不是答案）。" if nearest else ""
    return Answer(question.text, question.on, question.kind, False, limit(f"无法回答：{reason}{tail}{understood(question)}", question.kind), (), nearest, query)


def understood(question: Question) -> str:
    """Say how misspelt parts of names were understood."""
    return "".join(f"（“{written}”按“{meant}”理解。）" for written, meant in question.mended)


def of_clause(candidates: Sequence[Candidate], iri: str) -> Candidate | None:
    """Return the candidate of a clause, None where it was not proposed."""
    return next((c for c in candidates if c.clause.iri == iri), None)
