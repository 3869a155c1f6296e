"""When: the dates of a document with its validity, or a period within which something is due."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ingest.flow import squash
from kg import sparql
from kg.answering import ask_graph, due, gist, passage, reply, term, weigh
from kg.answering.evidence import Candidate, Evidence, coverage, held
from kg.answering.figure import Figure
from kg.shelf import DocumentRow
from kg.sparql import Row
from kg.tables import plain
from ontology.answers import Answer, DateFact, DurationFact, Fact
from ontology.terms import Iri

NEAR = 0.8
INSTEAD = 0.75
_TIMED = re.compile(r"\d+(?:年|个?月|日|天|个工作日)|[一二三四五六七八九十]+(?:年|个月|日|个工作日)|每年|每月|定期|季度")
# How often something is done is asked, and how texts write it: 每年, 2年为一个周期.
_OFTEN = re.compile(r"(?:多久|多长时间|几[年月天])[^,。?]{0,8}一次|频次|频率|几年一[评次]|评?周期")
# The time to apply ends, not the document.
_APPLYING = re.compile(r"(?:申报|申请|报名|提交|填报|受理|报送)[^。?]{0,8}(?:截止|截至|到期|到几|到哪)|(?:截止|截至)[^,。?]{0,4}(?:申报|申请|报名|提交|填报)")
_RECURS = re.compile(r"每(?:[两半\d一二三四五]?个?(?:年|季度?|月|周|学期))|[\d一二三四五两]年为?(?:一个?)?(?:[\u4e00-\u9fff]{0,4}周期|一次)|定期")
# Something else is asked beside the time: 什么时候贴、按什么利率贴.
_ASKS = re.compile(r"什么|多少|几|谁|哪|怎么|如何")
_WHEN = re.compile(r"几月几?[号日]|几个?(?:工作日|月|天|日|年)|多少个?(?:工作日|天|日|年)|什么时候|何时|哪一?[天年月]|几号")
_UNTIL = re.compile(r"(?:月|日|底|内)(?:之?前|止|截止)|截止|以前")
# The text leaves the matter to a later notice.
_LATER = re.compile(
    r"[^。；，]{0,20}(?:以[^。；，]{0,16}(?:通知|公告|指南)为准|另行(?:通知|公布|制定|发布|确定)"
    r"|(?:按照?|依据|根据|发布)[^。；，]{0,12}(?:申报通知|年度通知|申报指南)[^。；，]{0,12})"
)
# What parts a sentence; the part before a period, with the comma it may end with and the part that 并 goes on from, and the part behind it, as
# deadlines.rq cuts them.
_PARTS = re.compile(r"[；。，,;]")
_LEFT = re.compile(r"^.*[；。，,;]([^；。，,;并][^；。，,;]*(?:[，,]并[^；。，,;]*)?[，,]?)$", re.S)
_RIGHT = re.compile(r"[；。，,;].*$", re.S)
# The features of figures that serve for periods too.
_WORDS = frozenset(["own", "key", "pair", "same", "other", "rival", "around"])
_ASKED = {"年": re.compile(r"(?:几|多少)年"), "月": re.compile(r"(?:几|多少)个月"), "工作日": re.compile(r"(?:几|多少)个工作日")}
# Words of the validity of a document, and of documents.
_OF_DOCUMENT = re.compile(
    r"施行|实施|执行|生效|有效|失效|到期|过期|截止|截至|印发|发布|公布|出台|作废|废止|管用|政策|办法|细则|措施|规定|通知|文件|方案|条例|指南|开始|几[月号日年]|哪[天年日]|什么时候"
)
_ASPECTS = ("expires", "effective", "issued")


def answer(evidence: Evidence) -> Answer:
    """Answer a day or a period; a question about validity asks the document, any other its clauses."""
    if (
        evidence.question.aspect in _ASPECTS
        and not _OFTEN.search(evidence.question.folded)
        and not _APPLYING.search(evidence.question.folded)
        and not asks_inside(evidence)
    ):
        documents = list(evidence.named) or [c.document for c in evidence.candidates[:1]]
        found = of_documents(evidence, documents)
        if found:
            return found
    return of_clauses(evidence)


def asks_inside(evidence: Evidence) -> bool:
    """Say whether a question asks when something in a document is due, not when the document itself begins or ends: words beyond its title say what."""
    question = evidence.question
    documents = evidence.named or tuple(c.document for c in evidence.candidates[:1])
    if not documents or question.whole:
        return False
    document = documents[0]
    own = f"{document.title}{document.notice_title or ''}{document.number or ''}"
    said = [w for w in question.topic if w not in own and len(w) > 1 and not _OF_DOCUMENT.search(w)]
    holders = having(evidence)
    return bool(said) and bool(holders) and holders[0].document.iri == document.iri and any(held(w, holders[0].clause.text, question.near) == 1 for w in said)


def of_documents(evidence: Evidence, documents: list[DocumentRow]) -> Answer | None:
    """Answer from the documents' own dates, None where they have none of the kind asked."""
    question = evidence.question
    bound = sparql.bind(ask_graph.query("validity"), document=ask_graph.iris(d.iri for d in documents[:3]))
    rows = ask_graph.rows(evidence.shelf, bound)
    for row in sorted(rows, key=lambda r: [d.iri for d in documents].index(r.need("document", str))):
        facts = dates(row, question.aspect or "expires")
        if not facts:
            continue
        document = evidence.shelf.documents[row.need("document", str)]
        tie = term.shared(evidence, document) if any(f.derived for f in facts) else None
        if tie and tie.document:
            return through(evidence, document, tie, [replace(f, clause=tie.clause.iri) for f in facts])
        clause = evidence.shelf.clauses([facts[0].clause])
        cited = [reply.citation(evidence, c) for c in clause.values()]
        quote = f"原文：“{reply.limit(cited[0].quote, 'agency')[:120]}”" if cited else ""
        return reply.answer(evidence, f"{reply.where(document)}{worded(facts)}。{quote}", facts, cited, bound)
    if question.aspect == "expires" and rows:
        return reply.refuse(evidence, term.unstated(evidence, evidence.shelf.documents[rows[0].need("document", str)]), bound)
    if rows and (tie := term.shared(evidence, documents[0])) and tie.document is None:
        return reply.refuse(evidence, f"{reply.where(documents[0], tie.clause)}与{tie.called}同步实施，{tie.called}不在构建里，无法推算日期。", bound)
    return None


def through(evidence: Evidence, document: DocumentRow, tie: term.Shared, facts: list[DateFact]) -> Answer:
    """Answer with the dates of the document that another one shares its dates with, and cite both."""
    other = tie.document or document
    bound = sparql.bind(ask_graph.query("validity"), document=ask_graph.iris([document.iri, other.iri]))
    cited = [reply.citation(evidence, tie.clause)]
    theirs = next((r.get("clause", str) for r in ask_graph.rows(evidence.shelf, bound) if r.need("document", str) == other.iri), None)
    cited += [reply.citation(evidence, c) for c in evidence.shelf.clauses([theirs] if theirs else []).values()]
    source = f"，{reply.where(other)}载明：“{cited[1].quote[:80]}”" if len(cited) > 1 else ""
    text = f"{reply.where(document)}{worded(facts)}。推算依据：{''.join(tie.clause.path)}载明与{tie.called}同步实施{source}。"
    return reply.answer(evidence, text, facts, cited, bound)


def worded(facts: Sequence[DateFact]) -> str:
    """Word dates with what they mean; those that the text itself does not state are marked."""
    return "，".join(f"{_MEANING[f.meaning]}{reply.day(f.value)}{'（推算）' if f.derived else ''}" for f in facts)


_MEANING = {"effective": "施行日期：", "expires": "有效期至", "issued": "印发日期：", "due": "截止"}


def dates(row: Row, aspect: str) -> list[DateFact]:
    """Return the dates of a row of validity.rq, the one asked first."""
    document = row.need("document", str)
    clause = row.get("clause", str) or document
    out = []
    for name in dict.fromkeys((aspect, "expires", "effective")):
        stated = row.get(name, date)
        derived = row.get(f"{name}Derived", date) if name != "issued" else None
        if (value := stated or derived) is not None:
            out.append(DateFact(value, name, stated is None, clause))  # type: ignore[arg-type]
    return out if out and out[0].meaning == aspect else []


def of_clauses(evidence: Evidence) -> Answer:
    """Answer a period or day of the proposed clauses, else with the words of a clause that speaks of time, else refuse."""
    if _OFTEN.search(evidence.question.folded) and (recurring := often(evidence)):
        return passage.answer(replace(evidence, candidates=recurring))
    holders = having(evidence)
    if not holders or not evidence.sure(holders[0]):
        first = passage.choose(evidence)[:1]
        if first and evidence.sure(first[0]) and timed(evidence, first[0].clause.text) and not _LATER.search(first[0].clause.text):
            return in_words(evidence)
        if first and evidence.sure(first[0]) and _ASKS.search(_WHEN.sub("", evidence.question.folded)):
            return passage.answer(evidence)
        return reply.refuse(evidence, missing(evidence))
    periods = periods_of(evidence, holders)
    bound = bind(evidence, holders, periods)
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return in_words(evidence)
    # A day is asked: 第四季度的，提前至12月20日前 before the ten working days of the other quarters.
    day = due.asks_day(evidence.question.folded)
    top = next((r for r in rows if day and (r.get("due", date) is not None or r.get("recurs", str) is not None)), rows[0])
    facts = [f for f in [fact(top)] if f is not None]
    own = next((p.own for p in periods if p.id == top.need("fact", str)), "")
    if (
        not facts
        or told_elsewhere(evidence, top.need("clause", str), own)
        or not due.tells(evidence, f"{own}{top.get('what', str) or ''}", f"{own}{top.get('what', str) or ''}")
    ):
        recurs = due.asks_day(evidence.question.folded) and top.get("recurs", str) is not None and not told_elsewhere(evidence, top.need("clause", str), own)
        return in_words(first_of(evidence, top.need("clause", str)) if recurs else evidence)
    clause = evidence.shelf.clauses([top.need("clause", str)])[top.need("clause", str)]
    cited = reply.citation(evidence, clause, *around(evidence, clause.start, clause.end, top))
    document = evidence.shelf.documents[clause.document]
    return reply.answer(evidence, f"{words(top)}。{reply.where(document, clause)}：“{cited.quote[:180]}”", facts, [cited], bound)


def first_of(evidence: Evidence, clause: str) -> Evidence:
    """Return the evidence with one clause before all others: the one of a day that comes again."""
    return replace(evidence, candidates=tuple(sorted(evidence.candidates, key=lambda c: c.clause.iri != clause)))


def often(evidence: Evidence) -> tuple[Candidate, ...]:
    """Return the candidates with those first that fit well and say how often something is done, none where none does."""
    pool = evidence.pool
    near = [c for c in pool if c.score >= NEAR * pool[0].score and _RECURS.search(c.clause.text)]
    near.sort(key=lambda c: (-coverage(evidence.shelf, evidence.question, recurring(c.clause.text)), -c.score))
    return (*near, *(c for c in pool if c not in near)) if near else ()


def recurring(text: str) -> str:
    """Return the sentences that say how often something is done."""
    return "".join(part for part in gist.sentences(text) if _RECURS.search(part))


def in_words(evidence: Evidence) -> Answer:
    """Answer with the words of the clauses that fit, or refuse where these hold no number of the unit that is asked for: 几个工作日."""
    units = [unit for unit, asked in _ASKED.items() if asked.search(evidence.question.folded)]
    text = squash("".join(c.clause.text for c in passage.choose(evidence)))
    if (units and not any(re.search(rf"[\d一二三四五六七八九十两半]个?{unit}", text) for unit in units)) or not due.tells(evidence, text):
        return reply.refuse(evidence, missing(evidence))
    return passage.answer(evidence)


def periods_of(evidence: Evidence, holders: Sequence[Candidate]) -> list[Figure]:
    """Return the days and periods of clauses as figures: their own words are the part of the sentence around them."""
    found = []
    for holder in holders:
        statement = "SELECT id, quote, what FROM deadlines WHERE clause = ? ORDER BY start"
        for id_, quote, what in evidence.shelf.select(statement, (holder.clause.iri,)):
            left, met, right = squash(holder.clause.text).partition(str(quote))
            own = f"{_LEFT.sub(lambda m: m[1], left)}{quote}{_RIGHT.sub('', right)}" if met else str(quote)
            if due.of_notice(evidence.question.folded, own):
                continue
            found.append(Figure(str(id_), holder.clause.iri, "", None, "", "", "", own, "", str(what or "")))
    return found


def bind(evidence: Evidence, holders: Sequence[Candidate], periods: Sequence[Figure]) -> str:
    """Return the query for the chosen clauses with the weights of the question's words."""
    words = weigh.baked(h for h in weigh.hints(evidence, evidence.question, periods) if h.feature in _WORDS) or [("", 0.0, 0.0, 0.0)]
    near = [(Iri(c.clause.iri), round(weigh.points(("fit",)) * 10 * (c.score / holders[0].score - 1), 3)) for c in holders]
    text = ask_graph.table(ask_graph.query("deadlines"), ("clause", "near"), near)
    unit = next((unit for unit, asked in _ASKED.items() if asked.search(evidence.question.folded)), "")
    return ask_graph.given(ask_graph.table(text, ("term", "inOwn", "inCase", "inSentence"), words), askedUnit=unit)


def told_elsewhere(evidence: Evidence, clause: str, own: str) -> bool:
    """Say whether another part of the clause that speaks of a time holds more of the question than the part around the period picked."""
    held = coverage(evidence.shelf, evidence.question, own)
    parts = [p for p in _PARTS.split(squash(evidence.shelf.clauses([clause])[clause].text)) if p and p not in own and _TIMED.search(p)]
    return any(coverage(evidence.shelf, evidence.question, part) > held for part in parts)


def timed(evidence: Evidence, text: str) -> bool:
    """Say whether the sentence that holds most of the question speaks of a time."""
    parts = gist.sentences(text)
    words = evidence.question.topic
    best = max(parts, key=lambda part: sum(evidence.shelf.words.rarity(w) for w in words if w in part), default="")
    if due.ENDS.search(evidence.question.folded):
        return bool(_UNTIL.search(best))
    if due.of_validity(best):
        return False
    return due.dated(evidence.question.folded, best) if due.CALENDAR.search(evidence.question.folded) else bool(_TIMED.search(best))


def missing(evidence: Evidence) -> str:
    """Say why there is no date; a clause that leaves it to a later notice is quoted."""
    for candidate in evidence.pool[:6]:
        if later := _LATER.search(candidate.clause.text):
            return f"文本没有写明所问的时间，{reply.where(candidate.document, candidate.clause)}规定“{later[0]}”。"
    return "文本没有写明所问的日期或期限。"


def having(evidence: Evidence) -> list[Candidate]:
    """Return the best candidates that hold a day or a period."""
    pool = evidence.pool
    statement = "SELECT count(*) FROM deadlines WHERE clause = ?"
    holders = [c for c in pool if evidence.shelf.select(statement, (c.clause.iri,))[0][0] and not alone(evidence, c)]
    folded = evidence.question.folded
    if due.asks_day(folded):
        dated = f"{statement} AND (due IS NOT NULL OR recurs IS NOT NULL)"
        days = [c for c in holders if evidence.shelf.select(dated, (c.clause.iri,))[0][0]]
        holders = days or ([] if _APPLYING.search(folded) else holders)
    holders = [c for c in holders if c.score >= INSTEAD * pool[0].score]
    return [c for c in holders if c.score >= NEAR * holders[0].score][:3]


def alone(evidence: Evidence, candidate: Candidate) -> bool:
    """Say whether all that a clause tells of time is how long the document holds, and something else is asked."""
    return evidence.question.aspect != "expires" and all(due.of_validity(p.own) for p in periods_of(evidence, [candidate]))


def fact(row: Row) -> Fact | None:
    """Return the fact of a row of deadlines.rq; None for one that only recurs."""
    clause = row.need("clause", str)
    if (due := row.get("due", date)) is not None:
        return DateFact(due, "due", False, clause)
    lasts, unit = row.get("lasts", Decimal), row.get("lastsUnit", str)
    return DurationFact(lasts, unit, row.get("countsFrom", str), clause) if lasts is not None and unit else None


def words(row: Row) -> str:
    """Word a deadline: 自收到处理决定书之日起15个工作日内."""
    if (due := row.get("due", date)) is not None:
        return f"{reply.day(due)}前"
    lasts, unit = row.need("lasts", Decimal), row.need("lastsUnit", str)
    measure = {"工作日": "个工作日", "月": "个月"}.get(unit, unit)
    since = row.get("countsFrom", str)
    within = since or "内" in row.need("quote", str)
    return f"{f'自{since}起' if since else ''}{plain(lasts)}{measure}{'内' if within else ''}"


def around(evidence: Evidence, start: int, end: int, row: Row) -> tuple[int, int]:
    """Return the sentence of the source that a row stands in."""
    document = evidence.shelf.clauses([row.need("clause", str)])[row.need("clause", str)]
    text = evidence.shelf.text(document.source) or ""
    first, last = row.need("start", int), row.need("end", int)
    begin = max((text.rfind(stop, start, first) for stop in "。；"), default=-1)
    stops = [i for i in (text.find(stop, last, end) for stop in "。；") if i >= 0]
    return (begin + 1 if begin >= start else start), (min(stops) + 1 if stops else end)
