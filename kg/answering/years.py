"""Figures of another year than the one that a question names."""

from __future__ import annotations

import re

from kg.answering.evidence import Candidate
from ontology.answers import Question

# A year in which something was built or begun, or before and behind which it was, is a condition: 2005年建的小区.
_YEAR = re.compile(
    r"(?<!\d)((?:19|20)\d\d)年(?!(?:\d{1,2}月)?(?:\d{1,2}日)?(?:底|初)?(?:以?[前后]|之[前后]|起|建|成立|注册|设立|开办|买|购|毕业|认定|入|迁|搬|落户|投产|出生|来))"
)
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)年?[-—–~至到]+((?:19|20)\d\d)(?!\d)")
# The year tells which document is meant: 2022年的办法, 2022年出台.
_OF_DOCUMENT = re.compile(
    r"((?:19|20)\d\d)年(?:度|版|的|那|这)*(?:\d{1,2}月(?:\d{1,2}日)?)?[^,。?]{0,12}?(?:出台|印发|发布|公布|制定|施行|办法|细则|方案|通知|规定|政策|措施|计划|条例|规划|意见)"
)


def asked(question: Question) -> set[int]:
    """Return the years for which a question asks a figure, none that only tell which document is meant."""
    named = {int(year) for year in _OF_DOCUMENT.findall(question.folded)}
    return {int(year) for year in _YEAR.findall(question.folded)} - named


def strange(question: Question, candidate: Candidate, told: str) -> bool:
    """Say whether a text tells the figures of other years than the one asked: 2025年 of a plan where 2030年 is asked, a report of another year."""
    wanted = asked(question)
    if not wanted:
        return False
    document = candidate.document
    text = f"{document.title} {candidate.clause.above} {told}"
    spans = [(int(a), int(b)) for a, b in _SPAN.findall(text)]
    met = {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)(?!\d)", text)}
    if document.edition == "news" and document.issued:
        met |= {document.issued.year}
    if any(year in met or any(a <= year <= b for a, b in spans) for year in wanted):
        return False
    return bool(met)
