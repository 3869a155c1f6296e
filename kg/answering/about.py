"""Whether the sentence of a figure is about what is asked, and counts by what the question counts by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ingest import places, words
from kg.answering import fines, gist, tiers, weigh, years
from kg.answering.evidence import Candidate, Evidence, coverage, held, often
from kg.called import named_places
from kg.cues import cues
from kg.question import asking
from kg.sparql import Row
from ontology.answers import Question

# A figure whose own sentence, title and headings hold less of the question than this is about something else.
NARROW = 0.3
# A tier that holds for what the question gives speaks for the sentence as so much of its words: 120天以上 where 120 days are told.
FIGURED = 0.1
# How a clause begins says whom all its sentences are about, but for the paragraphs of a report.
LEAD = 60
# A name of so many characters means one thing.
NAME = 5
# How much of the name of a rate a text holds: 利率 for 年利率 is half of it.
RATE = 0.3
# A figure is asked for each of some things; the clause holds so much of their name.
_EACH_THING = re.compile(r"每个([\u4e00-\u9fff]{2,8})")
NAMED = 0.3
# A document is about those of a standing that so many of its clauses and such a share hold.
OFTEN, OFTEN_SHARE = 4, 0.2
# Words that say whose money is asked for, by the rank of the place that a document holds in.
_PAYERS = {
    "province": re.compile(r"省里|省财政|全省"),
    "city": re.compile(r"市里|市财政|全市|我市|本市"),
    "district": re.compile(r"[区县]里|[区县]财政|全[区县]|我[区县]"),
}
# The least is asked, which no upper end tells.
_LEAST = re.compile(r"(?:最低|最少|至少|起码)[^,。?]{0,6}(?:多少|几)")
# The interest of a loan, and what pays a part of it back.
_INTEREST = re.compile(r"(?:年化?|贷款|借款|实际)利率")
_PAID_BACK = re.compile(r"贴息|补贴|补助|补息")
_BRACKETS = str.maketrans("", "", "（）()")
# A reward is asked for, and what sentences that give something write; 每亩保险金额1200元 gives nothing.
_REWARD = re.compile(r"奖(?:励|补)?(?:多少|几)|(?:领|拿)到?(?:多少|几)[^,。?]{0,3}(?:补贴|补助|奖励|奖金|资助)")
_GIVES = re.compile(r"奖|补|贴|资助|支持|给予|扶持|减|免|拨|兑|发放|领|配套|返|报销|享受|安排")
# What a division gets of a sum is asked.
_ALLOTTED = re.compile(r"分(?:到|得|给|配)")
# What a district gives is asked.
_DISTRICT = re.compile(r"[区县](?:级|里|内|财政)")
# A ceiling is asked of what has none, though the same sentence may cap something else.
_CAP = re.compile(r"(?:最高|不超过|以内)[^，。；]{0,4}\d+(?:\.\d+)?[百千万亿]*元")
_NO_CAP = re.compile(r"不设(?:置)?(?:上限|限额|封顶)|上不封顶|不受[^，。；]{0,8}(?:上限|限额)限制")


def it(evidence: Evidence, clauses: Sequence[Candidate], row: Row) -> bool:
    """Say whether the sentence of a figure is about what is asked: it holds enough of the question, the standing and the grade that it names.

    ``clauses`` are the one that the figure stands in, last, and the one that holds its table.
    """
    question, chosen = evidence.question, clauses[-1]
    lead = "".join(c.clause.text[:LEAD] for c in clauses if c.document.edition != "news") + fines.forbidden(evidence, chosen)
    told = " ".join((chosen.document.title, chosen.clause.above, lead, row.need("context", str), row.get("about", str) or "", row.get("condition", str) or ""))
    tier = any(tiers.told(question, [told]).values())
    # A tier may leave its subject to the one before it: 500人以上的，每列奖励5万元；300人以上、不足500人的，每列奖励3万元.
    whole = f"{told} {chosen.clause.text}" if question.aspect == "fine" or tier else told
    if coverage(evidence.shelf, question, whole) + FIGURED * tier < NARROW or years.strange(question, chosen, told):
        return False
    if any(
        w in question.folded and w not in told and not often(evidence.shelf, chosen.document.iri, w, OFTEN, OFTEN_SHARE) for w in cues().standings
    ) or weigh.of_another_case(without_payer(question.folded, chosen.document.place), told):
        return False
    if _REWARD.search(question.folded) and not _GIVES.search(f"{chosen.clause.text}{row.get('about', str) or ''}{chosen.clause.above}"):
        return False
    if question.aspect == "threshold" and _LEAST.search(question.folded) and row.need("bound", str) == "max":
        return False
    if not named_in(question, told, chosen.clause.text) or not aimed_at(question, chosen.document.title, row) or lent(question, row):
        return False
    if of_another_place(question, chosen.document.place, row.need("context", str)) or of_another_level(question, chosen.document.place, told):
        return False
    others = ([w for w in group if w in question.folded] for group in cues().exclusive)
    return all(not asked or any(w in told for w in asked) or not any(w in told for w in group) for asked, group in zip(others, cues().exclusive, strict=True))


def of_another_place(question: Question, place: str | None, context: str) -> bool:
    """Say whether the sentence of a figure names another place of the rank that the question names, and not that one: 洛阳 where 郑州 is asked of a report."""
    asked = [p for p in map(places.parse, question.places) if p and p.full != place]
    if not asked or any(p.short in context for p in asked):
        return False
    told = [p for p in named_places(context, None, {}).values() if p.full != place]
    return not any(p.full == q.full for p in told for q in asked) and any(p.rank == q.rank for p in told for q in asked)


def without_payer(folded: str, place: str | None) -> str:
    """Return a question without the words that only say whose money it is, where they mean the level of the document: 市里最多补多少, 无锡市级."""
    own = places.parse(place)
    if own is None:
        return folded
    return re.sub(f"(?:{re.escape(own.name)}|{re.escape(own.short)})级?", "", _PAYERS[own.rank].sub("", folded))


def of_another_level(question: Question, place: str | None, told: str) -> bool:
    """Say whether a question names only divisions above or below the place of a document whose text speaks of no such level.

    What 山东省 gives is asked, and a text of 青岛 that speaks of no province tells what the city gives; 区里 of a district is asked of a text of its city.
    """
    own = places.parse(place)
    asked = [p for p in map(places.parse, question.places) if p]
    if own is None and _ALLOTTED.search(question.folded):
        return bool(asked) and not any(p.short in told for p in asked)
    if own is None or not asked or any(p.full == own.full for p in asked):
        return False
    if all(p.rank == "province" and p.full == own.province and own.rank != "province" for p in asked):
        return not any(p.short in told for p in asked) and "省" not in told
    below = all(own.full in (p.city, p.province) and p.rank == "district" for p in asked)
    return below and bool(_DISTRICT.search(question.folded)) and not any(p.short in told for p in asked) and not re.search("[区县]", told)


def named_in(question: Question, told: str, text: str) -> bool:
    """Say whether a clause holds the names of the build that the question holds, and its sentence the rate that is asked for: where 年利率 is, 贴息 is none."""
    names = [w for w in question.coined if len(w) >= NAME]
    said = asking(question.folded)
    rates = [w for w in question.topic if w.endswith("率") and w in said]
    # 担保（保险）费用补贴 holds 保险费用补贴.
    plain = f"{told} {text}".translate(_BRACKETS)
    return all(w in told or w in text or w in plain for w in names) and all(held(w, told, question.near) >= RATE for w in rates)


def lent(question: Question, row: Row) -> bool:
    """Say whether a question asks at what interest money is lent where the figure is the part of it that is paid back: 贴息."""
    return bool(_INTEREST.search(question.folded) and not _PAID_BACK.search(question.folded) and _PAID_BACK.search(row.get("about", str) or ""))


def aimed_at(question: Question, title: str, row: Row) -> bool:
    """Say whether a figure that is a target holds a word of the question beyond the title, where no target is asked for: 资金 is no 融资规模."""
    if row.need("purpose", str) != "target" or question.aspect == "target":
        return True
    own = f"{row.get('about', str) or ''} {row.get('condition', str) or ''}"
    said = [w for w in words.segment(row.get("about", str) or "") if len(w) > 1]
    # A headline may hold the words; then the question holds all that the figure is about.
    return any(held(w, own, question.near) == 1 for w in question.topic if w not in title) or (bool(said) and all(w in question.folded for w in said))


def measured(evidence: Evidence, counted: str) -> bool:
    """Say whether a clause counts by what the question counts by: by the month, by head, 每个标准展位."""
    question = evidence.question
    said = asking(question.folded)
    if any(asked.search(said) and not told.search(counted) for asked, told in cues().per):
        return False
    return all(held(word, counted, question.near) >= NAMED for word in counted_by(question.folded))


def counted_by(folded: str) -> list[str]:
    """Return the words of the thing that a question counts by: 每个标准展位 → 标准, 展位."""
    match = _EACH_THING.search(folded)
    tokens = words.segment(match[1].removeprefix("标准")) if match else ()
    return list(takewhile(lambda token: len(token) > 1 and token not in cues().empty and token not in cues().common, tokens))[:2]


def uncapped(evidence: Evidence) -> bool:
    """Say whether the sentence of the best clause that holds most of a question about a ceiling says that there is none: 不设上限."""
    first = evidence.pool[0] if evidence.pool else None
    if first is None or evidence.question.kind != "ceiling" or "percent" in evidence.question.units or not _NO_CAP.search(first.clause.text):
        return False
    parts = gist.sentences(first.clause.text)
    title = first.document.title
    best = max(parts, key=lambda part: coverage(evidence.shelf, evidence.question, part, title))
    return bool(_NO_CAP.search(best)) and not _CAP.search(best)
