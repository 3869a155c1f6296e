"""Ceilings and amounts: the figure of the proposed clauses whose words, bound, unit and tier fit the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import cast

from kg.answering import about, ask_graph, beside_it, fines, notes, passage, reply, weigh
from kg.answering.evidence import Candidate, Evidence
from kg.answering.sides import each, sides
from kg.question import how_many, units_of
from kg.sparql import Row
from ontology.answers import AmountFact, Answer, Question
from ontology.records import Bound
from ontology.terms import Iri

# Clauses are asked together while they score at least this share of the best one that holds a figure.
NEAR = 0.97
TOGETHER = 3
# A clause with figures may stand in for a better one without only at this share of its score.
INSTEAD = 0.8
# The paragraphs of a report tell one story: so many of them are weighed together.
STORY = 8
# Clauses that score this share of the chosen one fit the question as well.
ALIKE = 0.85
SHOWN = 6
# So many figures of one kind are told where each is asked for: 分别补多少.
EACH = 4
# Questions in one that are answered part by part; each is a query of its own.
PARTS = 6
# The longest words that say what a figure is about; longer ones stand in the quote.
ABOUT = 24
# A number of things is asked, not money or a rate: the words of the clause tell it.
_THINGS = frozenset(["毫升", "公斤", "千克", "千瓦", "小时", "课时", "学时", "级", "层", "米", *"个家名件项人篇场次回"])
_NUMBER_OF = re.compile(r"名额|(?:数量|人数|项数|家数|个数|控制数|课时)(?:的?上限|最多|最高|不超过|是?多少|[?]|$)")
# A sum is asked beside a number of things: 几个人合伙，最多能贷多少.
_MONEY = re.compile(r"多少(?:钱|元|万|$|[?,])")
# Something is given: a ceiling of it is no threshold.
_GIVES = re.compile(r"[奖补贴拿领]|资助|支持|给予|扶持|报销")
# How much is given is asked, which what is demanded cannot answer: 奖多少, 补贴几成.
_GIVEN = re.compile(r"(?:奖|补|贴|资助|给|拿|领)[^,。?省减节降]{0,4}(?:多少|几)")
# What is demanded is asked, which nothing given answers: 投入要达到多少才够得上.
_DEMANDED = re.compile(r"(?:达到?|满|不低于|不少于|超过)(?:了|上)?(?:多少|几)")


def answer(evidence: Evidence) -> Answer:
    """Answer what the ceiling or amount is, part by part where several are asked, or refuse where the texts give none."""
    if counts(evidence.question) or about.uncapped(evidence):
        return passage.answer(evidence)
    holders = having(evidence) or fines.behind(evidence)
    if not holders and evidence.question.aspect == "target":
        return passage.answer(evidence)
    if not holders:
        return reply.refuse(evidence, missing(evidence))
    parts = parts_of(evidence.question)
    bound = ask_graph.together([bind(evidence, holders, part) for part in parts])
    rows = ask_graph.parted(evidence.shelf, bound, len(parts))
    if not rows[0]:
        return reply.refuse(evidence, missing(evidence), bound)
    top = rows[0][0]
    chosen = reply.of_clause([*holders, *evidence.candidates], top.need("clause", str)) or holders[0]
    if not evidence.sure(table_of(evidence, chosen)) or not about.it(evidence, [table_of(evidence, chosen), chosen], top):
        return reply.refuse(evidence, "构建里的文件没有给出所问事项的数额。", bound)
    counted = chosen.clause.text + (top.get("about", str) or "")
    if not about.measured(evidence, counted):
        return reply.refuse(evidence, "文本没有按所问的口径给出数额。", bound)
    apart = each(evidence.question.folded)
    shown: list[list[Row]] = [beside(part, apart) for part in rows if part]
    shown += other_units(evidence.question, rows[0], shown[0])
    facts = [[fact(r) for r in part] for part in shown]
    unique = list({(r.need("fact", str)): f for part, made in zip(shown, facts, strict=True) for r, f in zip(part, made, strict=True)}.values())
    summed, sum_unit = sum_of(evidence, rows[0])
    open_unit = top.need("unit", str) if evidence.question.kind == "amount" and not evidence.question.units else wanted_unit(evidence.question)
    ceiling = evidence.question.kind == "ceiling"
    unique.sort(key=lambda f: (f.unit != (open_unit if ceiling else sum_unit or open_unit), ceiling and f.bound not in ("max", "range")))
    contexts = list(dict.fromkeys((part[0].need("clause", str), part[0].need("context", str)) for part in shown))
    held = evidence.shelf.clauses(clause for clause, _ in contexts)
    cited = [reply.sentence(evidence, held[clause], context) for clause, context in contexts]
    new = [[f for f in made if f not in before] for made, before in zip(facts, earlier(facts), strict=True)]
    said = "；".join(filter(None, map(phrase, new))) + summed + others_of(evidence, chosen)
    tiers = notes.tiers(rows[0], evidence.question.amounts) if len(unique) < 2 else ""
    extras = (notes.now_in_force(evidence, chosen.document), tiers, notes.stacking(evidence, chosen.document)[0])
    quotes = "；".join(f"“{c.quote[: reply.SHORT // (2 * len(cited))]}”" for c in cited)
    return reply.answer(evidence, f"{said}。{reply.where(chosen.document, chosen.clause)}：{quotes}", unique, cited, bound, extras)


def counts(question: Question) -> bool:
    """Say whether a number of things is asked, and no sum beside it."""
    asked = bool(_NUMBER_OF.search(question.folded)) or not _THINGS.isdisjoint(how_many(question.folded))
    return asked and not _MONEY.search(question.folded)


def wanted_unit(question: Question) -> str:
    """Return the unit that is named first in the facts: money for a ceiling unless only a rate is asked, even where its rate is asked before it."""
    return question.units[0] if question.units else "CNY"


def earlier(facts: Sequence[Sequence[AmountFact]]) -> list[list[AmountFact]]:
    """Return for each part the facts that the parts before it have said."""
    return [[f for made in facts[:i] for f in made] for i in range(len(facts))]


def sum_of(evidence: Evidence, rows: Sequence[Row]) -> tuple[str, str | None]:
    """Work out a rate of the best sentence on the base that the question gives, with its cap; say whether the rate or the cap decides, by its unit."""
    top = rows[0]
    here = [r for r in rows if r.need("clause", str) == top.need("clause", str) and r.need("purpose", str) in ("benefit", "award", "other")]
    rate = next((r for r in here if r.need("unit", str) == "percent"), None)
    if rate is None:
        return "", None
    made = fact(rate)
    cap = made.capped_by or next((fact(r) for r in here if r.need("unit", str) == "CNY" and r.need("bound", str) == "max"), None)
    return notes.worked_sum(evidence, made, cap, rate.get("rateOf", str))


def others_of(evidence: Evidence, chosen: Candidate) -> str:
    """Say where the same document caps other cases that fit the question as well, so that no reader takes one tier for all."""
    question = evidence.question
    if question.kind != "ceiling" or question.amounts:
        return ""
    near = [c for c in evidence.pool if c.document.iri == chosen.document.iri and c.clause.iri != chosen.clause.iri and c.score >= ALIKE * chosen.score]
    statement = "SELECT count(*) FROM amounts WHERE clause = ? AND bound = 'max' AND unit = 'CNY' AND purpose IN ('benefit', 'award')"
    places = ["".join(c.clause.path) for c in near if evidence.shelf.select(statement, (c.clause.iri,))[0][0]]
    return f"（其他情形另有上限，见{'、'.join(places[:4])}）" if places else ""


def parts_of(question: Question) -> list[Question]:
    """Return what is asked one by one: 最高多少？比例呢？ are two questions about the same clauses."""
    asked = list(dict.fromkeys(part for part in question.folded.split("?") if part))[:PARTS]
    if len(asked) < 2 and "分别" in question.folded:
        asked = [side.replace("分别", "") for side in sides(question.folded)]
    if len(asked) < 2:
        return [question]
    out = []
    for part in asked:
        focus = tuple(t for t in question.topic if t in part)
        if focus:
            out.append(replace(question, folded=part, focus=focus, units=units_of(part)))
    return out or [question]


def beside(rows: Sequence[Row], apart: bool = False) -> list[Row]:
    """Return the first row and those of the same sentence; where several figures are asked for, those of its kind in the whole clause, in text order."""
    top = rows[0]
    alike = [r for r in rows if all(r.need(name, str) == top.need(name, str) for name in ("clause", "unit", "purpose"))]
    if apart and 1 < len(alike) <= EACH and len({r.need("context", str) for r in alike}) > 1:
        return sorted(alike, key=lambda r: r.need("start", int))
    same = [r for r in rows if r.need("clause", str) == top.need("clause", str) and r.need("context", str) == top.need("context", str)]
    return same[:SHOWN]


def other_units(question: Question, rows: Sequence[Row], shown: Sequence[Row]) -> list[list[Row]]:
    """Return the best rows of the same clause for each unit that is asked for (上限和比例) and that those shown lack, with the others of their sentence."""
    told = {unit for made in map(fact, shown) for unit in (made.unit, made.capped_by.unit if made.capped_by else made.unit)}
    here = [r for r in rows if r.need("clause", str) == shown[0].need("clause", str) and r.need("purpose", str) == shown[0].need("purpose", str)]
    found = [[r for r in here if r.need("unit", str) == unit] for unit in question.units if unit not in told]
    return [beside(of_unit) for of_unit in found if of_unit]


def having(evidence: Evidence) -> list[Candidate]:
    """Return the candidates that hold figures fit for the question, inside the named documents where there are such."""
    question = evidence.question
    purposes = purposes_of(evidence)
    pool = evidence.pool
    if not pool:
        return []
    marks = ",".join("?" * len(purposes))
    units = units_in(question)
    statement = f"SELECT count(*) FROM amounts WHERE clause = ? AND purpose IN ({marks}) AND unit IN ({','.join('?' * len(units))})"
    holders = [c for c in pool if evidence.shelf.select(statement, (c.clause.iri, *purposes, *units))[0][0]]
    holders = [c for c in holders if c.score >= INSTEAD * pool[0].score] or beside_it.tabled(evidence, pool[0], units)
    if question.kind == "ceiling":
        bounded = "SELECT count(*) FROM amounts WHERE clause = ? AND bound IN ('max', 'range')"
        given = f"{bounded} AND purpose NOT IN ('threshold', 'target')" if _GIVES.search(question.folded) else bounded
        capped = [c for c in holders if evidence.shelf.select(given, (c.clause.iri,))[0][0]]
        holders = capped or holders
    if not holders:
        return []
    near = [c for c in holders if c.score >= NEAR * holders[0].score][: beside_it.TABLE if holders[0].clause.kind == "row" else TOGETHER]
    if holders[0].document.edition == "news":
        near = [c for c in holders if c.document.iri == holders[0].document.iri][:STORY]
    rows = beside_it.rows(pool, near)
    return [*near, *rows, *beside_it.tiers(evidence, [*near, *rows])]


def fits(evidence: Evidence, holders: Sequence[Candidate]) -> dict[str, float]:
    """Return how far each chosen or proposed clause stays behind the best one, in tenths."""
    best = evidence.pool[0].score if evidence.pool else 1.0
    return {c.clause.iri: round(10 * (c.score / best - 1), 3) for c in (*evidence.pool, *holders)}


def table_of(evidence: Evidence, chosen: Candidate) -> Candidate:
    """Return the surer of a row and the clause that holds its table; a clause that is no row itself."""
    above = [c for c in evidence.pool if c.document.iri == chosen.document.iri and c.clause.path == chosen.clause.path[:-1]]
    return max([chosen, *above], key=lambda c: c.trust) if chosen.clause.kind == "row" else chosen


def purposes_of(evidence: Evidence) -> tuple[str, ...]:
    """Return the purposes of figures that the question is about."""
    question = evidence.question
    if question.aspect == "fine":
        return ("fine", "other")
    if question.aspect == "threshold" and _DEMANDED.search(question.folded):
        thresholds = "SELECT count(*) FROM amounts WHERE clause = ? AND purpose = 'threshold'"
        if any(evidence.shelf.select(thresholds, (c.clause.iri,))[0][0] for c in evidence.pool[:TOGETHER]):
            return ("threshold", "target", "other")
    given = question.aspect is None and _GIVEN.search(question.folded)
    fine = question.units == ("times",)  # 超计划用水按2倍加价 is one
    return tuple(p for p in weigh.PURPOSES if (fine or p != "fine") and not (given and p in ("threshold", "target")))


def missing(evidence: Evidence) -> str:
    """Say why there is no figure."""
    if evidence.question.aspect == "fine":
        return "相关文件没有规定罚款数额。"
    named = evidence.named
    if named:
        return f"《{named[0].title}》没有给出所问的数额。"
    return "构建里没有给出所问数额的条款。"


def bind(evidence: Evidence, holders: Sequence[Candidate], question: Question) -> str:
    """Return the query for the chosen clauses with the weights of one part of the question: of words, clauses, bounds, units and purposes."""
    units = units_in(question)
    found = [f for f in weigh.figures(evidence, holders) if f.unit in units]
    words = weigh.baked(weigh.hints(evidence, question, found)) or [("", 0.0, 0.0, 0.0)]
    told = weigh.fixed(question, units)
    near = fits(evidence, holders)
    text = ask_graph.table(ask_graph.query("amounts"), ("clause", "near"), [(Iri(c.clause.iri), weigh.points(("fit",)) * near[c.clause.iri]) for c in holders])
    text = ask_graph.table(text, ("term", "inOwn", "inCase", "inSentence"), words)
    text = ask_graph.table(text, ("unit", "units"), [(u, weigh.points(told["unit"][u])) for u in units])
    text = ask_graph.table(text, ("bound", "bounds"), [(b, weigh.points(of)) for b, of in told["bound"].items()])
    return ask_graph.table(text, ("purpose", "gives"), [(p, weigh.points(told["purpose"][p])) for p in purposes_of(evidence)])


def units_in(question: Question) -> tuple[str, ...]:
    """Return the units that may answer: those asked for, else money and percent; a rate too where a base is given; a fine may be a multiple or a share."""
    wanted = question.units or ("CNY", "percent")
    base = ("percent",) if "percent" not in wanted and any(a.unit == "CNY" for a in question.amounts) else ()
    fines = ("times", "percent") if question.aspect == "fine" else ()
    return tuple(dict.fromkeys((*wanted, *base, *fines)))


def fact(row: Row) -> AmountFact:
    """Return the fact of a row of amounts.rq."""
    clause = row.need("clause", str)
    cap = None
    if (value := row.get("capValue", Decimal)) is not None:
        cap = AmountFact(value, None, row.need("capUnit", str), cast(Bound, row.need("capBound", str)), "benefit", "", None, None, clause)
    return AmountFact(
        value=row.need("value", Decimal),
        high=row.get("high", Decimal),
        unit=row.need("unit", str),
        bound=cast(Bound, row.need("bound", str)),
        purpose=row.need("purpose", str),
        about=row.get("about", str) or "",
        condition=row.get("condition", str),
        capped_by=cap,
        clause=clause,
    )


def phrase(facts: Sequence[AmountFact]) -> str:
    """Word the figures: the first with its cap and what it is about, then the other benefits of the same sentence."""
    if not facts:
        return ""
    first, *others = facts
    head = reply.bounded(first)
    if first.capped_by:
        head += f"，上限{reply.figure(first.capped_by.value, first.capped_by.unit)}"
    head += brief(first.about)
    rest = [reply.bounded(o) + brief(o.about) for o in others if o.purpose != "threshold" and o != first.capped_by]
    return head + (f"；另有{'、'.join(dict.fromkeys(rest))}" if rest else "")


def brief(about: str) -> str:
    """Return the last words of what a figure is about, in brackets; nothing where they are too long to help."""
    pieces = [p for p in re.split(r"[，,；;：:]", about) if p]
    return f"（{pieces[-1]}）" if pieces and len(pieces[-1]) <= ABOUT else ""
