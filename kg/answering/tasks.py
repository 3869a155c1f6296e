"""Which of several bodies has the very task that is asked: by the part of the sentence that each stands in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest import labels
from ingest.flow import squash
from kg import sparql
from kg.answering import ask_graph
from kg.answering.evidence import Candidate, Evidence
from kg.cues import cues
from kg.sparql import Row

# Whom to turn to is asked, and what texts write before that body, the surest first: 向市科技局提出申请.
_ADDRESSED = re.compile(r"(?:向|跟|找|给|到|去|往)(?:哪|谁|什么)[^,。?]{0,8}(?:提|申请|申报|报|交|递|办|反映|投诉|备案|登记|咨询)")
_ADDRESSEE = (("向",), ("报", "报送", "提交", "送", "到"))
# Where an office has its seat: 办公室设在市科技局.
_SEAT = re.compile(r"(?:设|挂靠?|落)在?(?:哪|什么)")
_SEATED = (("设在", "设于", "挂靠", "挂靠在"),)
_WHO = re.compile(r"哪(?:个|家|一家|些)?[^,。?]{0,4}(?:局|厅|委|部门|单位|办公室)|谁|什么(?:部门|单位)")
# Words of a task beyond the part of the sentence that the body stands in count less.
LATER = 0.5
_PARTS = re.compile(r"[，,；;。：:]")
# A number of bodies is asked for.
_SO_MANY = re.compile(r"哪([两二三四五六])")
# The list behind a clause is asked for.
_LISTED = re.compile(r"责任|牵头|主责|哪些(?:部门|单位)|配合")


def own(evidence: Evidence, rows: Sequence[Row]) -> list[str]:
    """Return the bodies of one sentence whose own task fits the question best (甲局负责审核，乙局负责拨付), none where all do.

    Where several are asked for, those of one part of the sentence if they are as many as asked.
    """
    question = evidence.question
    for cue in _SEATED if _SEAT.search(question.folded) else _ADDRESSEE if _ADDRESSED.search(question.folded) else ():
        if addressed := [r.need("name", str) for r in rows if beside(r, rows)[0].endswith(cue)]:
            return list(dict.fromkeys(addressed))
    # Two bodies are asked for, one after the other: 由哪个部门上报、报谁批准.
    twice = len(_WHO.findall(question.folded)) > 1 and "会同" not in question.folded
    if question.roles == ("interpret",) or any(r.need("listed", bool) for r in rows) or twice:
        return []
    several = cues().finer["several"].search(question.folded)
    if several or (rows and "会同" in rows[0].need("context", str) and not parted(evidence, rows)):
        names = side(evidence, rows)
        number = _SO_MANY.search(question.folded) if several else None
        return names if not several or (number and len(names) == labels.number(number[1].replace("两", "二"))) else []
    tasks = {r.need("name", str): task_of(r, rows) for r in rows}
    title = evidence.shelf.documents[evidence.shelf.clauses([rows[0].need("clause", str)])[rows[0].need("clause", str)].document].title if rows else ""
    terms = [t for t in evidence.terms() if t and t not in title]
    parts: dict[str, str] = {}
    for row in rows:
        parts[row.need("name", str)] = parts.get(row.need("name", str), "") + part_of(row, rows)
    fits = {name: sum(len(t) * (1.0 if t in parts[name] else LATER) for t in terms if t in task or t in parts[name]) for name, task in tasks.items()}
    best = max(fits.values(), default=0)
    names = [name for name, fit in fits.items() if fit == best]
    if best and len(names) > 1:
        # What stands nearest to the word that asks tells them apart: 人才安家资格审核哪个局.
        far = {name: distance(question.folded, [t for t in terms if t in parts[name] or t in tasks[name]]) for name in names}
        names = [name for name in names if far[name] == min(far.values())]
    return names if best and len(names) < len(fits) else []


def seat(folded: str, text: str) -> tuple[str, ...]:
    """Return the words by which a text tells where an office has its seat, where a question asks for it: 办公室设在市科技局."""
    return tuple(word for word in _SEATED[0] if word in text) if _SEAT.search(folded) else ()


def side(evidence: Evidence, rows: Sequence[Row]) -> list[str]:
    """Return the bodies of the one part of a sentence that fits best, those that only cooperate with them too: 甲局会同乙局制定标准，|丙局负责用地."""
    if len({r.need("context", str) for r in rows}) != 1:
        return []
    context = rows[0].need("context", str)
    groups: list[tuple[int, list[str]]] = []
    for row in sorted(rows, key=lambda r: r.need("start", int)):
        left = beside(row, rows)[0]
        begin = max((m.end() for m in _PARTS.finditer(left)), default=0)
        if not groups or (row.need("role", str) != "cooperate" and begin > groups[-1][0]):
            groups.append((begin, []))
        groups[-1][1].append(row.need("name", str))
    ends = [begin for begin, _ in groups[1:]] + [len(context)]
    terms = [t for t in evidence.terms() if len(t) > 1]
    fits = [sum(len(t) for t in terms if t in context[begin:end]) for (begin, _), end in zip(groups, ends, strict=True)]
    best = [names for (_, names), fit in zip(groups, fits, strict=True) if fit == max(fits)]
    return list(dict.fromkeys(best[0])) if len(best) == 1 and len(groups) > 1 else []


def apart(evidence: Evidence, holder: Candidate, bound: str) -> str | None:
    """Return the query for the one body of a sentence with the very task that is asked, where the clause also lists bodies for all of it."""
    if _LISTED.search(evidence.question.folded):
        return None
    free = sparql.bind(bound, listed=[False])
    found = [row for row in ask_graph.rows(evidence.shelf, free) if not row.need("general", bool)]
    # 充分发挥某专班作用 names no task of its own.
    rows = [row for row in found if not beside(row, found)[1].startswith("作用")]
    above = f"{holder.document.title}{holder.clause.above}{holder.clause.heading or ''}"
    words = [t for t in evidence.terms() if len(t) > 1 and t not in above]
    fits: dict[str, int] = {}
    for row in rows:
        part, name = part_of(row, rows), row.need("name", str)
        fits[name] = max(fits.get(name, 0), sum(len(t) for t in words if t in part))
    best = max(fits.values(), default=0)
    names = [name for name, fit in fits.items() if fit == best]
    return sparql.bind(free, name=names) if best and len(names) == 1 else None


def parted(evidence: Evidence, rows: Sequence[Row]) -> bool:
    """Say whether the body that is joined by 会同 has another task than the one asked: 甲负责考核，会同乙核定水量."""
    terms = [t for t in evidence.terms() if t]
    joined = [r for r in rows if r.need("role", str) == "cooperate"]
    others = [r for r in rows if r.need("role", str) != "cooperate"]
    if len({r.need("context", str) for r in rows}) > 1 or not joined or not others:
        return False
    behind = [part_of(r, rows) for r in joined]
    return not any(t in part for part in behind for t in terms) and any(t in part_of(r, rows) for r in others for t in terms)


def distance(folded: str, words: Sequence[str]) -> int:
    """Return how many characters lie between the word that asks for a body and the nearest of some words, 0 where it asks with none."""
    asks = _WHO.search(folded)
    ends = [(folded.find(w), folded.find(w) + len(w)) for w in words if w in folded]
    return min((min(abs(asks.start() - end), abs(begin - asks.end())) for begin, end in ends), default=0) if asks else 0


def beside(row: Row, rows: Sequence[Row]) -> tuple[str, str]:
    """Return what stands in the sentence before and behind the body of a row, which the sentence may name more than once."""
    context, surface = row.need("context", str), row.need("surface", str)
    nth = sum(r.need("context", str) == context and r.need("surface", str) == surface and r.need("start", int) < row.need("start", int) for r in rows)
    pieces = context.split(squash(surface))
    return squash(surface).join(pieces[: nth + 1]), squash(surface).join(pieces[nth + 1 :])


def part_of(row: Row, rows: Sequence[Row]) -> str:
    """Return the part of the sentence that a body stands in, between bodies with other tasks: 资金由乙局拨付 of 券由甲局发放，资金由乙局拨付."""
    left, right = beside(row, rows)
    before, after = _PARTS.split(left)[-1], _PARTS.split(right)[0]
    for other in (squash(r.need("surface", str)) for r in rows if r.get("task", str) != row.get("task", str)):
        before, after = before.rpartition(other)[2], after.partition(other)[0]
    return before + squash(row.need("surface", str)) + after


def task_of(row: Row, rows: Sequence[Row]) -> str:
    """Return what a body has to do, up to the next responsible body of the sentence."""
    task = row.get("task", str) or ""
    others = (r.need("surface", str) for r in rows if r.need("start", int) > row.need("start", int) and r.need("role", str) == row.need("role", str))
    return min((task.partition(other)[0] for other in others), key=len, default=task) or task
