"""A question that goes on from another: 那再次认定呢？ keeps the document and what was asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.library import Library
from kg.question import parse
from ontology.answers import Answer, Kind

_LEAD = re.compile(r"^(?:那么|那|如果是|要是|换成|至于|还有)+[，,]?")
_TAIL = re.compile(r"(?:又)?(?:呢|怎么样|如何)?[？?。！!]*$")
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


def whole(library: Library, question: str, before: Before, answer: Answer) -> str:
    """Return a question that can be asked by itself: the document, the words that go on, what was asked about and for.

    ``answer`` is the one to the question before, for its kind; words of it that share a character with the new ones are left out
    (首次 before 再次).
    """
    document = library.document(before.document)
    core = _TAIL.sub("", _LEAD.sub("", question.strip()))
    shelf = library.shelf
    earlier = parse(before.question, answer.on, shelf.titles, shelf.place, shelf.coined)
    now = parse(core, answer.on, shelf.titles, shelf.place, shelf.coined)
    title = document.title if document else ""
    kept = [w for w in earlier.topic if not set(w) & set(core) and w not in title]
    asking = "" if now.kind not in ("none", "passage") else _ASKING.get(answer.type, "")
    return f"{f'《{title}》' if document else ''}{core}{''.join(kept)}{asking}？"
