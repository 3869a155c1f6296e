"""Who does it: the bodies of the clause that fits best, those of one list or one sentence, with their roles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import cast

from kg import sparql
from kg.answering import ask_graph, bodies, reply, tasks
from kg.answering.evidence import Candidate, Evidence, held
from kg.cues import cues
from kg.shelf import ClauseRow
from kg.sparql import Row
from ontology.answers import AgencyFact, Answer, Citation, Question, TextFact
from ontology.records import Role

# A clause that names bodies may stand in for a better one that names none at this share of its score.
INSTEAD = 0.7
# A list's brackets stand at most so many characters before its first body and behind its last.
LEAD = 40
# A clause speaks of what it holds so much of a word of.
SPOKEN = 0.3
# A clause that names no body answers with its words only where it fits this well.
TRUSTED = 1.5
_UNNAMED = re.compile(r"[^。；]{0,60}(?:部门|机构|单位|政府)[^。；]{0,30}?(?:负责|主管|牵头|统筹|组织|实施|管理)[^。；]{0,60}[。；]?")
_COMPANY = re.compile(r"公司|银行|集团|中心|研究院|协会|基金|事务所|支行|分行")
# Who takes part is asked, and how texts name those who only help.
_TAKE_PART = re.compile(r"参与|参加")
_PARTNERS = re.compile(r"配合|协助|参与|参加")
_BODIES = "SELECT count(DISTINCT agency) FROM responsibilities WHERE clause = ?"
_ROLES = {"responsible": "负责", "cooperate": "配合", "interpret": "负责解释"}


def answer(evidence: Evidence) -> Answer:
    """Answer which bodies are responsible, cooperate or interpret, or refuse where the clauses name none."""
    question = evidence.question
    if cues().finer["issuer"].search(question.folded) and (found := of_issuer(evidence)):
        return found
    if question.whole and not question.roles and (found := of_policy(evidence)):
        return found
    holder = having(evidence)
    if holder is None:
        return of_unnamed(evidence) or reply.refuse(evidence, "最接近的条款没有写明负责部门。")
    if not speaks(evidence, holder):
        return reply.refuse(evidence, "构建里的文件没有写明所问事项由谁负责。")
    bound = bind(evidence, holder)
    rows = ask_graph.rows(evidence.shelf, bound)
    listed = bool(rows) and rows[0].need("listed", bool)
    if listed and (free := tasks.apart(evidence, holder, bound)):
        bound, rows = free, ask_graph.rows(evidence.shelf, free)
    general = [row.need("name", str) for row in rows if row.need("general", bool)]
    if names := tasks.own(evidence, [row for row in rows if not row.need("general", bool)]):
        bound = sparql.bind(bound, name=list(dict.fromkeys([*names, *general])))
        rows = ask_graph.rows(evidence.shelf, bound)
    if rows and cues().finer["company_asked"].search(question.folded) and not any(_COMPANY.search(row.need("name", str)) for row in rows):
        return reply.refuse(evidence, "文本没有写明是哪家公司或机构。", bound)
    if not rows or (question.roles in ((), ("responsible",)) and not evidence.sure(holder)):
        return reply.refuse(evidence, "构建里的文件没有写明所问事项由谁负责。", bound)
    text, cited = said_of(evidence, rows, holder)
    return reply.answer(evidence, text, others_than(question, facts_of(rows)), cited, bound)


def speaks(evidence: Evidence, holder: Candidate) -> bool:
    """Say whether a clause with its headings holds a word of the question beyond the title of its document, where the question has one."""
    question, document = evidence.question, holder.document
    named = "".join(n.words for n in question.documents if n.document == document.iri)
    beyond = [w for w in question.topic if w not in document.title and w not in named and len(w) > 1]
    told = f"{holder.clause.above}{holder.clause.text}"
    return not beyond or any(held(w, told, question.near) >= SPOKEN for w in beyond)


def bind(evidence: Evidence, holder: Candidate) -> str:
    """Return the query for the bodies of a clause; of a row of a table, each cell of which is a list of its own, those who lead and who cooperate."""
    roles = roles_in(evidence, holder)
    asked: list[Sequence[Role] | None] = [["responsible"], ["cooperate"]] if holder.clause.kind == "row" and not roles else [roles or None]
    query, clause, term = ask_graph.query("duties"), ask_graph.iris([holder.clause.iri]), told_of(evidence, holder)
    return ask_graph.together([sparql.bind(query, clause=clause, term=term, role=role) for role in asked])


def told_of(evidence: Evidence, holder: Candidate) -> tuple[str, ...]:
    """Return the words that tell the sentences of a clause apart: of a seat where one is asked, else those the title does not say, all where it says all."""
    if seat := tasks.seat(evidence.question.folded, holder.clause.text):
        return (*seat, "")
    terms = evidence.terms()
    beyond = tuple(t for t in terms if t and t not in holder.document.title)
    return (*beyond, "") if beyond else terms


def said_of(evidence: Evidence, rows: Sequence[Row], holder: Candidate) -> tuple[str, list[Citation]]:
    """Word who does it by the clause itself and by the general sentences that cover it, each with its citation."""
    parts: list[str] = []
    cited: list[Citation] = []
    own = [row for row in rows if not row.need("general", bool)]
    if own:
        facts = others_than(evidence.question, facts_of(own))
        cited.append(cite(evidence, own, holder.clause))
        parts.append(f"{phrase(facts, bodies.today(own))}。{reply.where(holder.document, holder.clause)}：“{cited[-1].quote}”")
    named = {row.need("name", str) for row in own}
    general = [row for row in rows if row.need("general", bool) and row.need("name", str) not in named]
    for at in dict.fromkeys(row.need("at", str) for row in general):
        there = [row for row in general if row.need("at", str) == at]
        clause = evidence.shelf.clauses([at])[at]
        cited.append(cite(evidence, there, clause))
        covered = "".join(holder.clause.path)
        parts.append(f"{phrase(facts_of(there), bodies.today(there))}。{reply.where(holder.document, clause)}的总括规定及于{covered}：“{cited[-1].quote}”")
    return "；".join(parts), cited


def of_unnamed(evidence: Evidence) -> Answer | None:
    """Answer with the sentence that gives the duty to bodies by their function only (有关主管部门), None where the best clause has none."""
    first = next((c for c in evidence.pool if evidence.sure(c) and c.trust >= TRUSTED), None)
    match = _UNNAMED.search(first.clause.text) if first else None
    if first is None or match is None:
        return None
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris([first.clause.iri]))
    row = ask_graph.rows(evidence.shelf, bound)[0]
    text = f"条款没有点名具体机构，原文写的是：“{match[0]}”。{reply.where(first.document, first.clause)}。"
    cited = [reply.sentence(evidence, first.clause, match[0])]
    return reply.answer(evidence, text, [TextFact("text", row.need("text", str), first.clause.iri)], cited, bound)


def of_issuer(evidence: Evidence) -> Answer | None:
    """Answer who issued the document that the question names, None where it names none or the text does not say."""
    if not evidence.named:
        return None
    document = evidence.named[0]
    bound = sparql.bind(ask_graph.query("issuers"), document=ask_graph.iris([document.iri]))
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return None
    facts = [AgencyFact(r.need("name", str), r.need("name", str), "responsible", r.need("clause", str)) for r in rows]
    clause = evidence.shelf.clauses([facts[0].clause])[facts[0].clause]
    said = f"{reply.where(document)}由{'、'.join(f.agency for f in facts)}印发"
    issued = f"（{reply.day(document.issued)}）" if document.issued else ""
    return reply.answer(evidence, f"{said}{issued}。", facts, [reply.citation(evidence, clause)], bound)


def of_policy(evidence: Evidence) -> Answer | None:
    """Answer who carries out a policy as a whole: every body with a duty in it, in the text's order, each with where it stands."""
    document = evidence.named[0]
    bound = sparql.bind(ask_graph.query("duties_in"), document=ask_graph.iris([document.iri]), role=["responsible", "cooperate"])
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return None
    facts = facts_of(rows)
    held = evidence.shelf.clauses(f.clause for f in facts)
    now = bodies.today(rows)
    said = "；".join(f"{bodies.called(f.agency, now)}{_ROLES[f.role]}（{''.join(held[f.clause].path)}）" for f in facts)
    first = {f.clause: next(r for r in rows if r.need("clause", str) == f.clause) for f in facts}
    cited = [reply.sentence(evidence, held[iri], row.need("context", str)) for iri, row in list(first.items())[: reply.CITED]]
    return reply.answer(evidence, f"{reply.where(document)}：{said}。", facts, cited, bound)


def having(evidence: Evidence) -> Candidate | None:
    """Return the best candidate that names a body in a role asked for."""
    question = evidence.question
    asked = question.roles if question.roles != ("cooperate",) or _named_as(evidence, "cooperate") else ()
    roles: tuple[str, ...] = asked or tuple(_ROLES)
    marks = ",".join("?" * len(roles))
    pool = evidence.pool
    statement = f"SELECT count(*) FROM responsibilities WHERE clause = ? AND role IN ({marks})"
    general = covered(evidence, [c.clause.iri for c in pool])
    wanted = set(asked) or {"responsible"}
    holders = [c for c in pool if evidence.shelf.select(statement, (c.clause.iri, *roles))[0][0] or wanted & general.get(c.clause.iri, set())]
    if "interpret" in question.roles:
        return holders[0] if holders else interpreting(evidence)
    if not question.roles:
        plain = [c for c in holders if not _only_interprets(evidence, c)]
        holders = plain or holders
    if holders and holders[0].score >= INSTEAD * pool[0].score:
        return holders[0]
    # 某局主要职责：（二）配合审核… helps by an item of its own duties, whatever its role in the clause.
    alone = question.roles == ("cooperate",) and pool and evidence.shelf.select(_BODIES, (pool[0].clause.iri,))[0][0] == 1
    return pool[0] if alone else None


def covered(evidence: Evidence, clauses: Sequence[str]) -> dict[str, set[str]]:
    """Return for each of the clauses that general sentences give to bodies the roles they give."""
    bound = sparql.bind(ask_graph.query("covered"), clause=ask_graph.iris(clauses))
    found: dict[str, set[str]] = {}
    for row in ask_graph.rows(evidence.shelf, bound):
        found.setdefault(row.need("clause", str), set()).add(row.need("role", str))
    return found


def _named_as(evidence: Evidence, role: Role) -> bool:
    """Say whether a clause that fits names a body in a role."""
    statement = "SELECT count(*) FROM responsibilities WHERE clause = ? AND role = ?"
    return any(evidence.shelf.select(statement, (c.clause.iri, role))[0][0] for c in evidence.pool if evidence.sure(c))


def interpreting(evidence: Evidence) -> Candidate | None:
    """Return the clause of the named document that says who interprets it, proposed or not."""
    for document in evidence.named:
        found = evidence.shelf.select("SELECT clause FROM responsibilities WHERE document = ? AND role = 'interpret'", (document.iri,))
        for iri, *_ in found:
            clause = evidence.shelf.clauses([str(iri)])[str(iri)]
            return Candidate(clause, document, 1.0, 1.0, 1.0)
    return None


def roles_in(evidence: Evidence, holder: Candidate) -> tuple[Role, ...]:
    """Return the roles asked for, none where the clause names no body in one of them."""
    roles = evidence.question.roles
    held = {str(r[0]) for r in evidence.shelf.select("SELECT DISTINCT role FROM responsibilities WHERE clause = ?", (holder.clause.iri,))}
    held |= covered(evidence, [holder.clause.iri]).get(holder.clause.iri, set())
    # 由哪些部门参与 of 甲局会同乙局建立机制 asks for all of them.
    if roles == ("cooperate",) and _TAKE_PART.search(evidence.question.folded) and not _PARTNERS.search(holder.clause.text):
        return ()
    return roles if held & set(roles) else ()


def _only_interprets(evidence: Evidence, candidate: Candidate) -> bool:
    roles = evidence.shelf.select("SELECT DISTINCT role FROM responsibilities WHERE clause = ?", (candidate.clause.iri,))
    return {r[0] for r in roles} == {"interpret"}


def cite(evidence: Evidence, rows: Sequence[Row], clause: ClauseRow) -> Citation:
    """Cite the list in which bodies stand, brackets included, or the sentence that gives them their duty."""
    if not rows[0].need("listed", bool):
        return reply.sentence(evidence, clause, rows[0].need("context", str))
    text = evidence.shelf.text(clause.source) or ""
    first, last = min(r.need("start", int) for r in rows), max(r.need("end", int) for r in rows)
    opens = max(text.rfind(sign, max(clause.start, first - LEAD), first) for sign in "（(")
    closes = [i for i in (text.find(sign, last, min(clause.end, last + LEAD)) for sign in "）)") if i >= 0]
    return reply.citation(evidence, clause, opens if opens >= 0 else first, min(closes) + 1 if closes else last)


def others_than(question: Question, facts: Sequence[AgencyFact]) -> list[AgencyFact]:
    """Leave out the bodies that the question itself names (市科技局会同哪家), unless nobody else is left or it asks whether they are among them."""
    if cues().finer["among"].search(question.folded):
        return list(facts)
    return [f for f in facts if f.agency not in question.agencies] or list(facts)


def facts_of(rows: Sequence[Row]) -> list[AgencyFact]:
    """Return one fact a body, in the text's order."""
    out: dict[str, AgencyFact] = {}
    for row in rows:
        name = row.need("name", str)
        out.setdefault(name, AgencyFact(name, row.need("surface", str), cast(Role, row.need("role", str)), row.need("at", str)))
    return list(out.values())


def phrase(facts: Sequence[AgencyFact], now: Mapping[str, str]) -> str:
    """Word the bodies by role, in the text's own order; ``now`` is what took over from some of them."""
    parts = []
    for role, verb in _ROLES.items():
        names = [bodies.called(f.agency, now) for f in facts if f.role == role]
        if names:
            parts.append(f"{'、'.join(names)}{verb}")
    return "；".join(parts)
