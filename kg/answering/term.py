"""What a text says of its own term: the document whose dates it shares (与《X》同步实施), and the sentence that tells when it begins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.answering import gist, reply
from kg.answering.evidence import Evidence
from kg.shelf import ClauseRow, DocumentRow

_LIKE = "SELECT effective_like FROM documents WHERE iri = ? AND effective_like IS NOT NULL AND effective_like <> ''"
_CITED = "SELECT clause, resolved, target_title, target_number FROM \"references\" WHERE document = ? AND kind = 'external' ORDER BY start DESC"
_TERM = re.compile(r"自[^。；，]{1,24}起(?:正式)?(?:施行|实施|执行|试行|生效)|同步(?:实施|施行)|^(?:第[^条]{1,6}条)?本[^。；，]{1,12}(?:长期有效|试行)")


@dataclass(frozen=True, slots=True)
class Shared:
    """The clause that ties a document's dates to those of another, that one's name, and itself where the build has it."""

    clause: ClauseRow
    called: str
    document: DocumentRow | None


def shared(evidence: Evidence, document: DocumentRow) -> Shared | None:
    """Return what a document shares its dates with, None where it names no such document."""
    like = next((str(row[0]) for row in evidence.shelf.select(_LIKE, (document.iri,))), None)
    if like is None:
        return None
    for iri, resolved, title, number in evidence.shelf.select(_CITED, (document.iri,)):
        clause = evidence.shelf.clauses([str(iri)])[str(iri)]
        if not _TERM.search(clause.text) or not any(name and str(name) in like for name in (title, number)):
            continue
        return Shared(clause, f"《{title}》" if title else str(number), evidence.shelf.documents.get(str(resolved)))
    return None


def sentence(evidence: Evidence, document: DocumentRow) -> tuple[ClauseRow, str] | None:
    """Return the last sentence of a document that speaks of its own term, with its clause; None where none does."""
    for clause in reversed(evidence.shelf.clauses_of(document.iri)):
        for words in reversed(gist.sentences(clause.text)) if clause.kind != "preamble" else ():
            if _TERM.search(words):
                return clause, words
    return None


def unstated(evidence: Evidence, document: DocumentRow) -> str:
    """Say that a document states no end, with what it says of its term and why nothing follows from that."""
    reason = f"《{document.title}》未载明有效期"
    tie = shared(evidence, document)
    if found := sentence(evidence, document):
        reason += f"，只在{''.join(found[0].path)}写明“{found[1].removeprefix(found[0].label).rstrip('。；')}”"
    if tie and tie.document is None:
        return f"{reason}；{tie.called}不在构建里，无法推算。"
    if tie and tie.document and tie.document.ends is None:
        return f"{reason}；{reply.where(tie.document)}也未载明有效期。"
    return f"{reason}。"
