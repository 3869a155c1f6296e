"""Conditions, procedures, items and everything else: the words of the clauses that fit best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from kg import sparql
from kg.answering import ask_graph, group, reply
from kg.answering.evidence import Candidate, Evidence, held
from kg.answering.gist import condense, numbered
from kg.cues import cues
from ontology.answers import Answer, TextFact

# What the items below it complete: 有下列情形之一的，不得申报：
_OPENS = re.compile(r"[:：]\Z")
# Clauses shown together: of one document, scoring at least this share of the best.
NEAR = 0.85
TOGETHER = 3
NEAR_YES = 0.8
# Steps of a procedure stand one after the other; each scores at least this share of the best.
STEP = 0.55
STEPS = 7
# All the way is asked: 从提名到批准要经过哪些环节.
_WAY = re.compile(r"从[^,。?]{1,16}到|环节|流程|程序|步骤|哪几步|几关|怎么走|全过程|一轮轮")
# What a chapter of general rules says of the way is not the way.
_GENERAL = re.compile(r"总则|附则")
# A clause that lists so many items tells the way by itself; one with two of these words tells of a step.
_LISTED = re.compile(r"[（(][一二三四五六七八九十\d]{1,2}[)）]|第[一二三四五六七八九]步")
LISTED, TOLD = 3, 2
_STEP = re.compile(
    r"申报|申请|受理|提名|推荐|审查|审核|初审|复审|核查|评审|评价|论证|公示|异议|核定|审定|批准|立项|授牌|备案|拨付|兑付|下达|验收|签订|公布|报送|提交"
)
# A clause with a number of the things that are asked for, scoring so much of the best, stands before one without.
NUMBERED = 0.85
Shown = Literal["text", "condition", "step", "item"]
KINDS: dict[str, Shown] = {"eligibility": "condition", "procedure": "step", "list": "item"}


def answer(evidence: Evidence) -> Answer:
    """Answer with the clauses' own words, or refuse where they are about something else."""
    question = evidence.question
    called = group.labelled(evidence) or (group.titled(evidence) if question.kind in KINDS else None)
    under = group.asked(evidence) if called is None and question.kind in (*KINDS, "passage") else None
    if under and group.holds(evidence, under) and (evidence.sure(evidence.pool[0]) or group.covers(evidence, under) or group.gathers(evidence, under)):
        return group.answer(evidence, under, KINDS.get(question.kind, "text"))
    chosen = [called] if called else choose(evidence)
    if not chosen or not evidence.sure(chosen[0]):
        return reply.refuse(evidence, "构建里的文件没有谈到所问事项。")
    if (number := numbered(evidence)) and question.kind in ("amount", "ceiling", "count") and not any(number.search(c.clause.text) for c in chosen):
        return reply.refuse(evidence, "文本没有写明所问的数目。")
    if _OPENS.search(chosen[0].clause.text) and (listed := group.under(evidence, chosen[0].clause)):
        return group.answer(evidence, listed, KINDS.get(question.kind, "text"), whole=True)
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(c.clause.iri for c in chosen))
    rows = ask_graph.rows(evidence.shelf, bound)
    ranked = sorted(rows, key=lambda r: [c.clause.iri for c in chosen].index(r.need("clause", str)))
    facts = [TextFact(KINDS.get(question.kind, "text"), r.need("text", str), r.need("clause", str)) for r in ranked]
    document = chosen[0].document
    texts = [r.need("text", str) for r in ranked]
    cut = [condense(evidence, t, room) for t, room in zip(texts, rooms(evidence, texts), strict=True)]
    said = [f"{place_of(chosen, r.need('clause', str))}：“{words}”" for r, words in zip(ranked, cut, strict=True)]
    text = f"{reply.where(document)}{'；'.join(said)}"
    cited = [reply.citation(evidence, c.clause) for c in chosen]
    return reply.answer(evidence, text, facts, cited, bound)


def choose(evidence: Evidence) -> list[Candidate]:
    """Return the best candidate and those near it in the same document that hold words of the question which it lacks."""
    pool = evidence.pool
    if not pool:
        return []
    if number := numbered(evidence):
        enough = NUMBERED * pool[0].score
        pool = tuple(sorted(pool, key=lambda c: not (c.score >= enough and number.search(c.clause.text))))
    first = pool[0]
    if evidence.question.kind == "procedure":
        return steps(evidence, pool)
    near = [c for c in pool[1:] if c.document.iri == first.document.iri and c.score >= NEAR * first.score]
    wanted = {w for w in evidence.question.topic if held(w, first.clause.text, evidence.question.near) < 1}
    adding = [c for c in near if any(held(w, c.clause.text, evidence.question.near) == 1 for w in wanted)]
    if cues().finer["yes_no"].search(evidence.question.folded):
        # Yes or no may stand in the next best clause, of another document even where that holds more of the question.
        covering = [c for c in pool[1:] if c.cover > first.cover and c.score >= NEAR_YES * first.score and c.document.edition != "news"]
        adding = list(dict.fromkeys((*covering[:1], *adding, *near[:1])))
    return [first, *adding][:TOGETHER]


def steps(evidence: Evidence, pool: Sequence[Candidate]) -> list[Candidate]:
    """Return the best candidate with the clauses next to it, before and behind, that fit too: the steps of one procedure.

    Where all the way is asked and the best clause does not tell it by itself, each clause beside it that tells of a step counts, proposed or not.
    """
    first = pool[0]
    if _WAY.search(evidence.question.folded) and _GENERAL.search(first.clause.above):
        told = (c for c in pool if c.document.iri == first.document.iri and c.score >= STEP * first.score and not _GENERAL.search(c.clause.above))
        first = next((c for c in told if c.clause.kind == "unit" and len(_STEP.findall(c.clause.text)) >= TOLD), first)
    at = {c.clause.order: c for c in pool if c.document.iri == first.document.iri and c.clause.kind == "unit" and c.score >= STEP * first.score}
    if _WAY.search(evidence.question.folded) and len(_LISTED.findall(first.clause.text)) < LISTED:
        beside = evidence.shelf.clauses_under(first.clause.parent) if first.clause.parent else evidence.shelf.clauses_of(first.document.iri)
        steps_of = (c for c in beside if c.kind == "unit" and c.parent == first.clause.parent and len(_STEP.findall(c.text)) >= TOLD)
        at = {c.order: replace(first, clause=c) for c in steps_of} | at
    out = [first]
    for direction in (1, -1):
        order = first.clause.order + direction
        while order in at and len(out) < STEPS:
            out.append(at[order])
            order += direction
    return out


def place_of(chosen: Sequence[Candidate], iri: str) -> str:
    """Name the place of a chosen clause, with its document where that is another than the first one's."""
    candidate = next(c for c in chosen if c.clause.iri == iri)
    title = "" if candidate.document.iri == chosen[0].document.iri else f"《{candidate.document.title}》"
    return title + "".join(candidate.clause.path)


def rooms(evidence: Evidence, texts: Sequence[str]) -> list[int]:
    """Return how many characters each of several clauses gets, the first one as much as it needs up to two thirds, the others the rest."""
    whole = (reply.LONG if evidence.question.kind in reply.LONG_KINDS else reply.SHORT) - reply.MARGIN
    if sum(map(len, texts)) <= whole:
        return [len(t) for t in texts]
    first = min(len(texts[0]), whole if len(texts) == 1 else whole * 2 // 3)
    rest = len(texts) - 1
    return [first, *([(whole - first) // max(rest, 1)] * rest)]
