"""A question that goes on from another: 那再次认定呢？ keeps the document and what was asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.library import Library
from kg.question import parse
from ontology.answers import Answer, Kind

_LEAD = re.compile(r"^(?:那么|那|如果是|要是|换成|至于|还有)+[，,]?")
# Where one question may end and another begin, and what shows that words ask.
_ENDS = re.compile(r"[？?；;。！!]|[，,](?=.)")
_ASKS = re.compile(r"谁|几|哪|何|什么|多少|多久|怎|吗|是否")
_TAIL = re.compile(r"(?:又)?(?:呢|怎么样|如何)?[？?。！!]*$")
# Questions for a figure and for its ceiling are answered alike.
_FIGURES: frozenset[Kind] = frozenset({"amount", "ceiling"})
# Kinds that need the whole text, or were not recognised; and those that are asked of the document at hand.
_WHOLE: frozenset[Kind] = frozenset({"match", "compare", "list", "passage", "none"})
_CARRIED: frozenset[Kind] = frozenset({"agency", "ceiling", "amount", "eligibility", "procedure"})
# A word that points at something said before, which may be another document.
_POINTS = re.compile(r"[它其该]")
# What a kind of question asks for, put behind words that ask for nothing themselves.
_ASKING: dict[Kind, str] = {
    "agency": "由哪个部门负责",
    "ceiling": "最高多少",
    "amount": "多少",
    "deadline": "的期限是多久",
    "definition": "是什么意思",
    "reference": "依据什么",
    "eligibility": "要具备什么条件",
    "procedure": "怎么办理",
}


@dataclass(frozen=True, slots=True)
class Before:
    """What a question goes on from: the document that answered, and the question."""

    document: str  # IRI
    question: str


def goes_on(question: str) -> bool:
    """Say whether a question goes on from another by its first or last words."""
    return bool(_LEAD.match(question.strip())) or bool(re.search(r"呢[？?]?$", question.strip()))


def left_open(library: Library, question: str, answer: Answer) -> list[str]:
    """Return what a text asks besides what its answer tells, as questions by themselves: 最高多少 of 由谁负责，最高多少？

    Those that stand behind the first one go on from the document of the answer.
    """
    shelf, pieces, begun = library.shelf, list[str](), 0
    for end in [*(m.start() for m in _ENDS.finditer(question)), len(question)]:
        if _ASKS.search(question[begun:end]):
            pieces.append(question[begun:end].strip("，,？?；;。！! "))
            begun = end
    kinds = [parse(piece, answer.on, shelf.known).kind for piece in pieces]
    clause = library.clause(answer.facts[0].clause) if answer.facts else None
    if clause is None or len(pieces) < 2 or _WHOLE & {*kinds, answer.type}:
        return []
    open_kinds = _CARRIED - (_FIGURES if answer.type in _FIGURES else {answer.type})
    others = [(n, piece) for n, (piece, kind) in enumerate(zip(pieces, kinds, strict=True)) if kind in open_kinds and not _POINTS.search(piece)]
    first = parse(pieces[0], answer.on, shelf.known)
    # Of the first question only what it is about: 补贴 of 补贴由谁解释, not 解释.
    title = shelf.documents[clause.document].title
    words = sorted(first.topic, key=pieces[0].find)
    about = "".join(w for w in words if parse(w, answer.on, shelf.known).kind in ("none", "passage"))
    return [f"《{title}》{about}{piece}？" if n else f"{piece}？" for n, piece in others]


def whole(library: Library, question: str, before: Before, answer: Answer) -> str:
    """Return a question that can be asked by itself: the document, the words that go on, what was asked about and for.

    ``answer`` is the one to the question before, for its kind; words of it that share a character with the new ones are left out
    (首次 before 再次).
    """
    document = library.document(before.document)
    core = _TAIL.sub("", _LEAD.sub("", question.strip()))
    shelf = library.shelf
    earlier = parse(before.question, answer.on, shelf.known)
    now = parse(core, answer.on, shelf.known)
    title = document.title if document else ""
    kept = [w for w in earlier.topic if not set(w) & set(core) and w not in title]
    asking = "" if now.kind not in ("none", "passage") else _ASKING.get(answer.type, "")
    return f"{f'《{title}》' if document else ''}{core}{''.join(kept)}{asking}？"
