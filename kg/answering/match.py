"""Which schemes a company qualifies for: every benefit in force that stands under thresholds, against what the question tells.

A scheme is 符合 where all its thresholds that the company's facts speak of hold and none is open, 不符合 where one fails, 缺信息 where one
cannot be judged; schemes whose thresholds the question does not touch at all are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Literal

from ingest.numerals import number
from kg import sparql
from kg.answering import amount, ask_graph, entry, narrow, passage, reply, scope
from kg.answering.evidence import Evidence
from kg.cues import Dimension, cues
from kg.sparql import Row
from ontology.answers import AmountFact, Answer, Question

Verdict = Literal["符合", "缺信息", "不符合"]
ORDER: dict[Verdict, int] = {"符合": 0, "缺信息": 1, "不符合": 2}
SHOWN = 12
# The share that follows from two figures told.
SPENT, INCOME, SHARE = "研发投入", "营业收入", "研发投入占营业收入比重"
# Schemes worded of each verdict; all shown ones stand in the facts and citations.
EACH: dict[Verdict, int] = {"符合": 3, "缺信息": 2, "不符合": 1}
_GENERIC = re.compile(r"[的，,。；;、（）()对在按年]|企业|单位|给予|之间|较上年度?|比上年|研发(经费)?投入(经费)?|及以上|以上|且|达到|增长")
_KNOWN = re.compile(r"注册|登记")
_COUNT = re.compile(r"\d+|[一二三四五六七八九十百千]+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A scheme with its verdict and the reasons in Chinese."""

    fact: AmountFact
    context: str
    verdict: Verdict
    reasons: tuple[str, ...]


def profile(question: Question) -> dict[str, Decimal]:
    """Return what the question tells about a company, by dimension: money in yuan, percent, heads, years."""
    told: dict[str, Decimal] = {}
    for dimension in cues().dimensions:
        if dimension.unit in ("人", "年"):
            match = dimension.asked.search(question.folded)
            value = counted(match[0]) if match else None
        else:
            value = next((given(a.value, a.high) for a in question.amounts if a.unit == dimension.unit and named(question, a.span.start, dimension)), None)
        if value is not None:
            told[dimension.name] = value
    spent, income = told.get(SPENT), told.get(INCOME)
    if spent is not None and income:
        told.setdefault(SHARE, (spent * 100 / income).quantize(Decimal("0.01")).normalize())
    return told


def counted(words: str) -> Decimal | None:
    """Return the number that some words tell, half a one for 半."""
    match = _COUNT.search(words)
    return number(match[0]) if match else Decimal("0.5") if "半" in words else None


def told_of_company(question: Question) -> Question:
    """Return a question that tells a company's facts and asks whether it fits as one of matching; any other as it is."""
    finer = cues().finer
    asks = finer["yes_no"].search(question.folded) and finer["company"].search(question.folded) and not finer["demand"].search(question.folded)
    if question.kind not in ("eligibility", "passage") or not asks or not profile(question):
        return question
    return replace(question, kind="match")


def given(value: Decimal, high: Decimal | None) -> Decimal:
    """Return the one figure that a spoken range stands for: its upper end."""
    return value if high is None else high


def named(question: Question, at: int, dimension: Dimension) -> bool:
    """Say whether the words just before a figure of the question name a dimension; the nearest name wins."""
    before = question.text[max(0, at - 14) : at]
    ends = {d.name: max((m.end() for m in d.asked.finditer(before)), default=-1) for d in cues().dimensions if d.unit == dimension.unit}
    return ends[dimension.name] >= 0 and ends[dimension.name] == max(ends.values())


def answer(evidence: Evidence) -> Answer:
    """Answer scheme by scheme; where the question tells no figure, show the clauses that fit."""
    question = evidence.question
    told = profile(question)
    if not told and not standings(question):
        return passage.answer(evidence)
    shelf, documents = evidence.shelf, open_documents(evidence)
    clauses = {"schemes": narrow.schemes(shelf, documents), "conditions": narrow.conditions(shelf, documents), "offers": narrow.offers(shelf, documents)}
    bound = ask_graph.together([sparql.bind(ask_graph.query(name), clause=found) for name, found in clauses.items()])
    thresholds, conditions, offers = ask_graph.parted(shelf, bound, 3)
    entries = entry.judge(evidence, conditions, told, dimension_of, holds)
    schemes = combined(judge(thresholds, told, question), offers, entries, evidence)
    if not schemes:
        return reply.refuse(evidence, "现行有效的文件里没有以所给条件为门槛的奖补。", bound)
    shown = schemes[:SHOWN]
    held = evidence.shelf.clauses(s.fact.clause for s in shown)
    parts = []
    named_: set[str] = set()
    for verdict, group in groupby(schemes, key=lambda s: s.verdict):
        same = list(group)
        said = [word(evidence, s, named_) for s in same[: EACH[verdict]]]
        rest = f"等{len(same)}项" if len(same) > len(said) else ""
        parts.append(f"【{verdict}】{'；'.join(said)}{rest}")
    facts = [s.fact for s in shown if s.verdict == "符合"] or [s.fact for s in shown]
    cited = [reply.sentence(evidence, held[s.fact.clause], s.context) for s in shown[: reply.CITED]]
    owners = dict.fromkeys(held[s.fact.clause].document for s in shown[: EACH["缺信息"]])
    cited[1:1] = [reply.citation(evidence, c) for d in owners if d in entries for c in shelf.clauses(list(entries[d].clauses)[:1]).values()]
    head = "、".join((*(f"{name}{figure(name, value)}" for name, value in told.items()), *standings(question)))
    return reply.answer(evidence, f"按{head}：{'。'.join(parts)}。", facts, cited, bound)


def standings(question: Question) -> list[str]:
    """Return the standings that the question tells of the company."""
    return [w for w in cues().standings if w in question.folded]


def open_documents(evidence: Evidence) -> list[str]:
    """Return the documents in force that hold where the company is; only the one that fits best where the question asks about one scheme."""
    question, shelf = evidence.question, evidence.shelf
    near = scope.within(shelf, question)
    rows = {iri for iri, d in shelf.documents.items() if d.edition != "news" and not d.copy_of and d.status(question.on) == "in force"}
    rows = rows if near is None else rows & near
    if cues().finer["yes_no"].search(question.folded) or evidence.named:
        best = next((c.document.iri for c in evidence.pool if c.document.iri in rows), None)
        return [best] if best else []
    return [iri for iri in shelf.documents if iri in rows]


def combined(schemes: Sequence[Judged], offers: Sequence[Row], entries: Mapping[str, entry.Entry], evidence: Evidence) -> list[Judged]:
    """Return the schemes judged with the conditions of their documents, and what documents give under such conditions alone.

    Tiers that fail beside one of their clause that fits are left out.
    """
    owner = {c.iri: c.document for c in evidence.shelf.clauses((*(s.fact.clause for s in schemes), *(r.need("clause", str) for r in offers))).values()}
    out = [with_entry(s, entries.get(owner[s.fact.clause])) for s in schemes]
    known = {owner[s.fact.clause] for s in schemes}
    for row in offers:
        document = owner[row.need("clause", str)]
        found = entries.get(document)
        condition = row.get("condition", str) or row.need("context", str)
        wanted = [w for w in cues().standings if w in condition]
        if found and document not in known and (found.met or found.failed) and all(w in evidence.question.folded for w in wanted):
            out.append(with_entry(Judged(amount.fact(row), row.need("context", str), "符合", ()), found))
    fits = {s.fact.clause for s in out if s.verdict != "不符合"}
    return sorted((s for s in out if s.verdict != "不符合" or s.fact.clause not in fits), key=lambda s: ORDER[s.verdict])


def with_entry(scheme: Judged, found: entry.Entry | None) -> Judged:
    """Return a scheme with the verdict that the conditions of its document leave it."""
    if found is None or scheme.verdict == "不符合":
        return scheme
    if found.failed:
        return replace(scheme, verdict="不符合", reasons=found.failed)
    if found.open:
        return replace(scheme, verdict="缺信息", reasons=(*(scheme.reasons if scheme.verdict == "缺信息" else ()), *found.open))
    return scheme


def judge(rows: Sequence[Row], told: dict[str, Decimal], question: Question) -> list[Judged]:
    """Return the schemes that the company's facts touch, qualifying ones first, each clause's order kept."""
    out = []
    for _, group in groupby(rows, key=lambda r: r.need("fact", str)):
        same = list(group)
        verdict, reasons = judged(same, told, question)
        if verdict is not None:
            out.append(Judged(amount.fact(same[0]), same[0].need("context", str), verdict, tuple(reasons)))
    return sorted(out, key=lambda j: ORDER[j.verdict])


def judged(rows: Sequence[Row], told: dict[str, Decimal], question: Question) -> tuple[Verdict | None, list[str]]:
    """Judge one scheme; no verdict where none of its thresholds is one that the question tells about."""
    touched, failed, open_ = 0, [], []
    condition = rows[0].get("condition", str) or rows[0].need("context", str)
    for row in rows:
        quote = row.need("thresholdQuote", str)
        dimension = dimension_of(row)
        if dimension is None or quote not in condition:
            continue
        value = told.get(dimension.name)
        if value is None:
            open_.append(f"{dimension.name}{quote}")
        elif holds(row, value):
            touched += 1
        else:
            touched += 1
            failed.append(f"{dimension.name}要求{quote}")
    open_ += [w for w in cues().standings if w in condition and w not in question.folded]
    if not touched:
        return None, []
    if failed:
        return "不符合", failed
    left = beyond(condition, [r.need("thresholdQuote", str) for r in rows])
    return ("缺信息", open_) if open_ else ("符合", [left] if left else [])


def beyond(condition: str, thresholds: Sequence[str]) -> str:
    """Return the part of a condition that no figure decides (增量排名前20位), empty where there is none."""
    for quote in thresholds:
        condition = condition.replace(quote, "，")
    pieces = [
        p
        for p in re.split(r"[，,；;。、]", condition)
        if len(_GENERIC.sub("", p)) >= 3 and not _KNOWN.search(p) and not any(d.told.search(p) for d in cues().dimensions)
    ]
    return pieces[-1][:30] if pieces else ""


def dimension_of(row: Row) -> Dimension | None:
    """Return what a threshold is about, by the words around its figure; the name nearest before it wins."""
    about = f"{row.get('thresholdAbout', str) or ''}{row.need('thresholdQuote', str)}"
    fits = [(max(m.end() for m in d.told.finditer(about)), d) for d in cues().dimensions if d.unit == row.need("thresholdUnit", str) and d.told.search(about)]
    return max(fits, key=lambda f: f[0])[1] if fits else None


def holds(row: Row, value: Decimal) -> bool:
    """Say whether a figure meets a threshold; both ends of a range count, as 含 is the rule in tiers."""
    low, top = row.need("low", Decimal), row.get("top", Decimal)
    bound = row.need("thresholdBound", str)
    if bound == "range" and top is not None:
        return low <= value <= top
    return value <= low if bound == "max" else value >= low


def word(evidence: Evidence, scheme: Judged, named_: set[str]) -> str:
    """Word one scheme: what it gives, where it stands, why it is judged so; a document is named once."""
    clause = evidence.shelf.clauses([scheme.fact.clause])[scheme.fact.clause]
    document = evidence.shelf.documents[clause.document]
    title = "" if document.iri in named_ else f"《{document.title}》"
    named_.add(document.iri)
    lead = {"符合": "另须", "缺信息": "需补充", "不符合": ""}[scheme.verdict]
    why = f"，{lead}{'、'.join(scheme.reasons[:3])}" if scheme.reasons else ""
    return f"{title}{''.join(clause.path)}{clause.heading or ''}{reply.bounded(scheme.fact)}{why}"


def figure(name: str, value: Decimal) -> str:
    """Write a figure of the company."""
    unit = next(d.unit for d in cues().dimensions if d.name == name)
    return reply.figure(value, unit)
