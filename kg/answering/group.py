"""The clauses under one heading together: the conditions, materials, steps or tasks that a question asks for by that heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import labels, words
from kg import sparql
from kg.answering import ask_graph, gist, reply
from kg.answering.evidence import Candidate, Evidence, coverage, held
from kg.cues import cues
from kg.question import how_many
from kg.shelf import ClauseRow
from ontology.answers import Answer, TextFact

# Candidates whose headings are looked at, and how many clauses stand under one.
DEPTH = 4
HEADED = 10
# A group that holds so much of the question answers it.
COVERED = 0.6
# Clauses under a heading that only says the kind of thing asked for score this share of the best.
NEAR = 0.9
MOST = 20
# So many of the first candidates under one heading answer together.
GATHERED, MOSTLY = 5, 3
# A clause that begins with the kind of thing asked scores this share of the best.
TITLED = 0.8
_TITLE = re.compile(r"(?:第[一二三四五六七八九十百零〇\d]+条|[（(][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.])?([^。；;：:\d]{2,40})[:：]")
_LABEL = re.compile(r"第(?P<article>[一二三四五六七八九十百零〇\d]+)[条章]|第?\((?P<item>[一二三四五六七八九十]+)\)")
_ITEM = re.compile(r"[（(]([一二三四五六七八九十]+)[)）]|(?<![\d.])(\d{1,2})[.、](?!\d)")


_STOP = re.compile(r"[。；;：:]")
ITEM = 60
# What the items of a clause are counted by: 几项, no 几家.
OF_ITEMS = frozenset(["项", "条", "个", "款", "种", "类", "章", "份", "件"])


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the clauses right under it, in text order."""

    head: ClauseRow
    members: tuple[ClauseRow, ...]


def asked(evidence: Evidence) -> Group | None:
    """Return the group that the question asks for by the kind of its heading, or by every word of it; None where there is none."""
    if told := by_kind(evidence):
        return told
    for candidate in evidence.pool[:DEPTH]:
        clause = candidate.clause
        for parent in (*ancestors(evidence, clause)[: 1 if evidence.question.agencies else None], clause.iri):
            head = evidence.shelf.clauses([parent]).get(parent)
            if head is None or not called(evidence, head):
                continue
            if found := under(evidence, head):
                return found
    return None


def ancestors(evidence: Evidence, clause: ClauseRow) -> list[str]:
    """Return the clauses that a clause stands in, the nearest first."""
    out: list[str] = []
    while clause.parent:
        out.append(clause.parent)
        above = evidence.shelf.clauses([clause.parent]).get(clause.parent)
        if above is None:
            break
        clause = above
    return out


def titled(evidence: Evidence) -> Candidate | None:
    """Return the clause that fits and that itself begins with the kind of thing asked (备案程序：…), None where none does."""
    wanted = kind_asked(evidence)
    first = evidence.pool[0] if evidence.pool else None
    near = [c for c in evidence.pool[:HEADED] if first and c.score >= TITLED * first.score and c.cover >= first.cover and c.document.iri == first.document.iri]
    return next((c for c in near if wanted and (title := _TITLE.match(c.clause.text)) and wanted.search(title[1])), None)


def kind_asked(evidence: Evidence) -> re.Pattern[str] | None:
    """Return how headings call the kind of thing that a question asks for (流程, 材料), None where it asks for none."""
    return next((pattern for asked, pattern in cues().headings if asked.search(evidence.question.folded)), None)


def under(evidence: Evidence, head: ClauseRow) -> Group | None:
    """Return the clauses right under a heading, None where they are none, one or too many."""
    members = [c for c in evidence.shelf.clauses_under(head.iri) if c.kind == "unit"]
    return Group(head, tuple(members)) if 2 <= len(members) <= MOST else None


def by_kind(evidence: Evidence) -> Group | None:
    """Return the group whose heading says what kind of thing is asked (办理流程, 申报材料, 不予受理的情形) and that holds one of the first candidates.

    Where several do, the one with most words of the question stands; a heading that speaks of something else than the question is left out.
    """
    wanted = kind_asked(evidence)
    if wanted is None:
        return None
    heads: dict[str, ClauseRow] = {}
    for candidate in evidence.pool[:HEADED]:
        if candidate.document.iri == evidence.pool[0].document.iri and candidate.clause.parent and candidate.score >= NEAR * evidence.pool[0].score:
            heads |= evidence.shelf.clauses([candidate.clause.parent, candidate.clause.iri])
    fits = [head for head in heads.values() if wanted.search(head.heading or "")]
    fits.sort(key=lambda head: -coverage(evidence.shelf, evidence.question, f"{head.above} {head.heading or ''}"))
    return next((found for head in fits if (found := under(evidence, head))), None)


def called(evidence: Evidence, head: ClauseRow) -> bool:
    """Say whether a question calls a heading: every content word of it, or what people say for it, and no long text behind it."""
    heading = head.heading or ""
    content = [w for w in words.segment(heading) if len(w) > 1]
    question = evidence.question
    return bool(content) and len(heading) <= 12 and all(held(w, question.folded, question.near) == 1 or w in question.wider for w in content)


def covers(evidence: Evidence, group: Group) -> bool:
    """Say whether a heading with all its clauses holds enough of the question, though each of them holds little."""
    return cover_of(evidence, group) >= COVERED


def holds(evidence: Evidence, group: Group) -> bool:
    """Say whether a group holds the best candidate or as much of the question as that one does."""
    first = evidence.pool[0]
    return any(c.iri == first.clause.iri for c in group.members) or cover_of(evidence, group) >= first.cover


def gathers(evidence: Evidence, group: Group) -> bool:
    """Say whether most of the first candidates stand under one heading, though each of them alone holds little of the question."""
    members = {c.iri for c in group.members}
    return sum(c.clause.iri in members for c in evidence.pool[:GATHERED]) >= MOSTLY


def cover_of(evidence: Evidence, group: Group) -> float:
    """Return the share of the question that a heading holds with all its clauses."""
    title = evidence.shelf.documents[group.head.document].title
    whole = " ".join((title, group.head.above, group.head.heading or "", *(c.text for c in group.members)))
    return coverage(evidence.shelf, evidence.question, whole)


def answer(evidence: Evidence, group: Group, kind: str, whole: bool = False) -> Answer:
    """Answer with all clauses under a heading; ``whole``: the head's own words go before them."""
    clauses = ([group.head] if whole else []) + list(group.members)
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(c.iri for c in clauses))
    rows = ask_graph.rows(evidence.shelf, bound)
    facts = [TextFact(kind, r.need("text", str), r.need("clause", str)) for r in rows]  # type: ignore[arg-type]
    document = evidence.shelf.documents[group.head.document]
    heading = "" if whole else f"{group.head.heading or ''}："
    text = f"{reply.where(document, group.head)}{heading}{''.join(told(evidence, [str(f.value) for f in facts]))}"
    best = sorted(clauses, key=lambda c: -coverage(evidence.shelf, evidence.question, c.text))[:1]
    cited = [reply.citation(evidence, c) for c in [*best, *(c for c in clauses if c not in best)][: reply.CITED]]
    return reply.answer(evidence, text, facts, cited, bound)


def told(evidence: Evidence, texts: Sequence[str]) -> list[str]:
    """Return texts as they are where they have room, else of each the sentences that hold most of the question in an equal share of it."""
    if sum(map(len, texts)) <= reply.LONG - reply.MARGIN:
        return list(texts)
    room = (reply.LONG - reply.MARGIN) // max(len(texts), 1)
    spare = sum(max(room - len(text), 0) for text in texts) // max(sum(len(text) > room for text in texts), 1)
    return [gist.condense(evidence, text, room + spare) for text in texts]


def count(evidence: Evidence) -> Answer | None:
    """Answer how many clauses stand under the heading asked for, else how many items the best clause lists; None where it lists none."""
    if group := asked(evidence):
        return counted(evidence, len(group.members), group.head, group.members)
    first = evidence.pool[0] if evidence.pool else None
    if first is None or not evidence.sure(first) or not OF_ITEMS.issuperset(how_many(evidence.question.folded)):
        return None
    items = _ITEM.findall(first.clause.text)
    return counted(evidence, len(items), first.clause, ()) if len(items) > 1 else None


def counted(evidence: Evidence, number: int, clause: ClauseRow, members: Sequence[ClauseRow]) -> Answer:
    """Word a number of clauses or items, with what is counted."""
    iris = [c.iri for c in members] or [clause.iri]
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(iris))
    rows = ask_graph.rows(evidence.shelf, bound)
    document = evidence.shelf.documents[clause.document]
    said = "；".join(r.get("heading", str) or r.need("text", str)[:24] for r in rows) if members else "；".join(items(rows[0].need("text", str)))
    cited = [reply.citation(evidence, c) for c in evidence.shelf.clauses(iris[: reply.CITED]).values()]
    return reply.answer(evidence, f"{reply.where(document, clause)}共{number}项：{said}", [TextFact("count", number, iris[0])], cited, bound)


def items(text: str) -> list[str]:
    """Return how the items that a text lists begin, up to their first stop: （一）自主申报."""
    starts = [m.start() for m in _ITEM.finditer(text)]
    return [_STOP.split(text[a:b], maxsplit=1)[0][:ITEM] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def labelled(evidence: Evidence) -> Candidate | None:
    """Return the clause of a named document that the question calls by its label (第十四条, （八）), None where it calls none."""
    match = _LABEL.search(evidence.question.folded)
    if match is None or not evidence.named:
        return None
    wanted = labels.number(match["article"] or match["item"])
    document = evidence.named[0]
    for clause in evidence.shelf.clauses_of(document.iri):
        bare = re.sub(r"[第条章节（()）、.．]", "", clause.label)
        article = clause.label.startswith("第") and clause.label.endswith(match[0][-1])
        if bare and clause.kind == "unit" and (article or not match["article"]) and labels.number(bare) == wanted:
            return Candidate(clause, document, 1.0, 1.0, 2.0)
    return None
