"""Which documents rest on a document or cite it: the way back along references, with the status of each on the day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg import sparql
from kg.answering import ask_graph, reply
from kg.answering.evidence import Evidence
from kg.cues import cues
from kg.question import resting
from kg.shelf import ClauseRow, DocumentRow
from kg.sparql import Row
from kg.titles import GENRES, RUN, normal_number, plain
from ontology.answers import Answer, Citation, ReferenceFact
from ontology.records import Status

_RESTS = ("basis", "implements")
_NATION = "中华人民共和国"
_GROUPS: tuple[tuple[Status, str], ...] = (
    ("in force", "现行有效"),
    ("not yet", "【尚未施行】"),
    ("unknown", "未载明日期"),
    ("lapsed", "【已失效】"),
)


@dataclass(frozen=True, slots=True)
class Target:
    """What is rested on: the copies of one policy of the build, or the names under which texts cite one that the build has not."""

    called: str
    copies: tuple[DocumentRow, ...] = ()
    names: tuple[str, ...] = ()


def asked(evidence: Evidence) -> bool:
    """Say whether a question asks which documents rest on one or cite it."""
    return resting(evidence.question.folded) is not None


def answer(evidence: Evidence) -> Answer:
    """Answer with every document that rests on the one named, or cites it where that is asked; refuse where none does."""
    target = target_of(evidence, resting(evidence.question.folded) or "")
    if target is None:
        name = resting(evidence.question.folded)
        return reply.refuse(evidence, f"没有认出“{name}”是哪一份文件，也没有文件引用这个名称；请写出它的全名或文号。")
    citing = bool(cues().finer["citing"].search(evidence.question.folded))
    bound = bind(target, None if citing else _RESTS)
    rows = once(evidence, ask_graph.rows(evidence.shelf, bound))
    if rows:
        return worded(replace(evidence, question=replace(evidence.question, kind="list")), target, rows, bound, citing)
    only = [] if citing else once(evidence, ask_graph.rows(evidence.shelf, bind(target, None)))
    said = f"，只有{'、'.join(place(evidence, r) for r in only[:4])}提到它" if only else ""
    missing = "" if target.copies else f"构建里没有{target.called}，"
    return reply.refuse(evidence, f"{missing}构建里没有文件{'引用' if citing else '载明以'}{target.called}{'' if citing else '为依据'}{said}。", bound)


def bind(target: Target, relations: Sequence[str] | None) -> str:
    """Return the query for what a target is called and the relations that count."""
    return sparql.bind(ask_graph.query("resting"), meant=ask_graph.iris(d.iri for d in target.copies), name=target.names, relation=relations)


def target_of(evidence: Evidence, name: str) -> Target | None:
    """Return what a name means: a document of the build called so, one that is only cited, one whose title holds the name, one named surely."""
    shelf = evidence.shelf
    own = core(name)
    policies = [d for d in shelf.documents.values() if d.edition != "news"]
    if exact := [d for d in policies if own in (core(d.title), core(d.notice_title or "")) or (d.number and normal_number(name) == normal_number(d.number))]:
        return of_policy(policies, exact[0])
    cited = "SELECT DISTINCT target_title, target_number FROM \"references\" WHERE kind = 'external' AND resolved IS NULL ORDER BY 1, 2"
    known = {str(cell) for row in shelf.select(cited) for cell in row if cell}
    if names := tuple(sorted(k for k in known if core(k) == own or normal_number(k) == normal_number(name))):
        return Target(names[0] if names[0].endswith("号") else f"《{names[0]}》", (), names)
    stem, genre = stemmed(own)
    holding = [d for d in policies if stem in plain(d.title) and genre in plain(d.title)]
    if len({d.policy for d in holding}) == 1:
        return of_policy(policies, holding[0])
    if "《" in name or evidence.question.absent:
        return Target(
            evidence.question.absent[0] if evidence.question.absent[:1] and evidence.question.absent[0].endswith("号") else f"《{name.strip('《》')}》"
        )
    return of_policy(policies, evidence.named[0]) if evidence.named else None


def of_policy(policies: Iterable[DocumentRow], document: DocumentRow) -> Target:
    """Return a document with the copies of its policy."""
    return Target(reply.where(document), tuple(d for d in policies if d.policy == document.policy))


def stemmed(name: str) -> tuple[str, str]:
    """Return a name without the word for its genre, and that word: 硕果计划的措施 → 硕果计划, 措施; a name of the genre alone stays whole."""
    genre = next((g for g in GENRES if name.endswith(g)), "")
    stem = name.removesuffix(genre).removesuffix("的")
    return (stem, genre) if len(stem) >= RUN else (name, "")


def core(name: str) -> str:
    """Return a name plain and without the name of the state before it."""
    return plain(name).removeprefix(_NATION)


def once(evidence: Evidence, rows: Sequence[Row]) -> list[Row]:
    """Return the first row of each policy, one of its text before one of what stands before it, those in force on the day first, the lapsed last."""
    documents = evidence.shelf.documents
    first: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: clause_of(evidence, r).kind == "preamble"):
        first.setdefault(documents[row.need("document", str)].policy, row)
    order = [status for status, _ in _GROUPS]
    found = [r for r in rows if r in first.values()]
    return sorted(found, key=lambda r: order.index(documents[r.need("document", str)].status(evidence.question.on)))


def worded(evidence: Evidence, target: Target, rows: Sequence[Row], bound: str, citing: bool) -> Answer:
    """Word the documents by their status on the day, each with its clause and its end; the end of the target itself is said too."""
    on = evidence.question.on
    documents = evidence.shelf.documents
    ended = next((f"（{reply.day(d.ends)}已过有效期）" for d in target.copies[:1] if d.ends and d.status(on) == "lapsed"), "")
    text = f"{'引用' if citing else '以'}{target.called}{ended}{'' if citing else '为依据或为落实它而制定'}的文件有{len(rows)}份"
    owners = {r: documents[r.need("document", str)] for r in rows}
    for status, words in _GROUPS:
        group = [f"{place(evidence, r)}，{end(owner)}" for r, owner in owners.items() if owner.status(on) == status]
        text += f"。{words}{len(group)}份：{'；'.join(group)}" if group else ""
    facts = [
        ReferenceFact(r.need("by", str), r.get("number", str), None, r.need("relation", str), r.need("document", str), r.need("clause", str)) for r in rows
    ]
    return reply.answer(evidence, f"{text}。", facts, [cite(evidence, r) for r in rows], bound, validity=False)


def place(evidence: Evidence, row: Row) -> str:
    """Name the document and clause of a row."""
    clause = clause_of(evidence, row)
    return reply.where(evidence.shelf.documents[clause.document], clause)


def end(document: DocumentRow) -> str:
    """Say when a document ends, whether that is derived, and that a digest is one."""
    digest = "，摘编，非官方文本" if document.edition == "digest" else ""
    if document.ends is None:
        return f"未载明有效期{digest}"
    return f"有效期至{document.ends.isoformat()}{'' if document.expires == document.ends else '（推算）'}{digest}"


def clause_of(evidence: Evidence, row: Row) -> ClauseRow:
    """Return the clause that a row's reference stands in."""
    return evidence.shelf.clauses([row.need("clause", str)])[row.need("clause", str)]


def cite(evidence: Evidence, row: Row) -> Citation:
    """Cite the whole clause where it is short, else from the reference on."""
    clause = clause_of(evidence, row)
    return reply.citation(evidence, clause, None if len(clause.text) <= reply.QUOTE else row.need("start", int))
