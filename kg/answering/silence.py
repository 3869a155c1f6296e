"""Why the build cannot say: another place, a document that is only cited, a matter that the text leaves to a later rule or notice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from ingest import places, words
from kg.answering import reply, unheard, years
from kg.answering.evidence import Candidate, Evidence, coverage, held
from kg.cues import cues
from ontology.answers import Question

# Clauses looked through for a sentence that leaves the matter open.
DEPTH = 8
# A sentence that names no matter of its own leaves open what it holds so much of.
ABOUT = 0.55
# A sentence leaves open what is asked where the question holds so many of its words.
MEETS = 0.5
# What a document of the place asked about leaves open is meant by so long a name, even where another document has more of its words in the title.
NAME = 6
# Figures and days are of a year.
_TIMED = ("amount", "ceiling", "deadline", "count")
_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
# The sentence says nothing but who will rule on its matter: 停放规则，由市公安局|另行制定.
_ALONE = re.compile(r"[^，,。；;]+(?:[，,]由[^，,。；;]+)?[，,]?")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_AND = re.compile(r"[、和及与]")
_CITING = 'SELECT document, clause FROM "references" WHERE target_title = ?1 OR target_number = ?1 ORDER BY document, start LIMIT 1'
# When something is done is left open, not how: 申报时间以当年通知为准.
_OF_TIME = re.compile(r"(?:时间|日期|期限)(?:安排)?\Z")
# Those who come from somewhere.
_PEOPLE = "年轻人|青年|居民|人员|人才|企业|公司|学生|毕业生|老板|客商|投资者|团队|人(?=[头第在到来去])"


@dataclass(frozen=True, slots=True)
class Open:
    """A sentence that leaves a matter open, and the clause it stands in."""

    candidate: Candidate
    sentence: str


def barred(evidence: Evidence) -> str | None:
    """Say why a question cannot be about this build, or why its texts leave it open; None where they may answer it."""
    question = evidence.question
    strange = [p for p in question.places if (place := places.parse(p)) and not evidence.shelf.covers(place) and not from_there(evidence, place)]
    if strange and not (question.kind == "match" and len(strange) < len(question.places)):
        return f"构建里没有{'、'.join(strange)}的政策文件。"
    if question.absent and question.kind != "reference" and not evidence.named and not question.news and not reported(evidence):
        return absent(evidence, question.absent[0])
    if not evidence.candidates:
        return "没有找到相关条款。"
    left = left_open(evidence)
    if left is None:
        first = evidence.pool[0] if evidence.pool else None
        if first and question.kind in _TIMED and years.strange(question, first, first.clause.text):
            return f"文本没有给出{'、'.join(str(year) for year in sorted(years.asked(question)))}年的内容。"
        thing = unheard.thing(evidence)
        return f"构建里的文件没有谈到“{thing}”。" if thing else None
    return f"文件没有写明所问事项，留待另行规定：{reply.where(left.candidate.document, left.candidate.clause)}“{left.sentence}”"


def from_there(evidence: Evidence, place: places.Place) -> bool:
    """Say whether a question names a place only as where somebody comes from, beside one that the build covers: 香港青年在江门."""
    others = [p for p in map(places.parse, evidence.question.places) if p and p.full != place.full and evidence.shelf.covers(p)]
    return bool(others) and bool(re.search(rf"(?:从|由){place.short}|{place.short}(?:籍|户籍|的)?(?:{_PEOPLE})", evidence.question.folded))


def reported(evidence: Evidence) -> bool:
    """Say whether bodies are asked of a document that the build lacks and of which the best clause, a report, tells."""
    first = evidence.pool[0] if evidence.pool else None
    told = first is not None and first.document.edition == "news" and evidence.question.absent[0] in first.clause.text
    return told and evidence.question.kind == "agency"


def absent(evidence: Evidence, name: str) -> str:
    """Say that a document is not in the build, and where it is cited."""
    called = name if name.endswith("号") else f"《{name}》"
    for document, clause in evidence.shelf.select(_CITING, (name,)):
        where = reply.where(evidence.shelf.documents[str(document)], evidence.shelf.clauses([str(clause)])[str(clause)])
        return f"构建里没有{called}，它未收录，只被{where}引用。"
    return f"构建里没有{called}。"


def left_open(evidence: Evidence) -> Open | None:
    """Return the sentence that leaves what is asked to a later rule or notice, None where none does."""
    question = evidence.question
    if question.kind in ("agency", "reference", "definition", "match", "count", "compare"):
        return None
    named = {c.document.iri for c in evidence.pool}
    if told(evidence):
        return None
    for candidate in evidence.candidates[:DEPTH]:
        sentences = _SENTENCE.findall(candidate.clause.text.removeprefix(candidate.clause.label))
        for sentence in sentences:
            for found in cues().later.finditer(sentence):
                part = matter_part(sentence[: found.start()])
                if question.kind != "deadline" and _OF_TIME.search(part):
                    continue
                if candidate is evidence.pool[0] and len(sentences) == 1 and _ALONE.fullmatch(sentence[: found.start()]) and evidence.sure(candidate):
                    left = True
                elif candidate.document.iri not in named:
                    left = bool(question.places and candidate.document.place) and len(part) >= NAME and part in question.folded
                elif matters := [p for p in _AND.split(part) if matter_of(p)]:
                    lead = re.sub(r"由[^，,]*\Z", "", sentence[: found.start()])
                    left = any(all(held_by(w, question) for w in matter_of(p)) and meets(question, lead.replace(part, p)) for p in matters)
                    left = left or (candidate is evidence.pool[0] and most(evidence, candidate, sentence))
                else:
                    left = unnamed(evidence, candidate, sentence)
                if left:
                    return Open(candidate, sentence)
    return None


def told(evidence: Evidence) -> bool:
    """Say whether the best clause itself, of another document than those that leave something open, holds a figure for a question that asks for one."""
    question, first = evidence.question, evidence.pool[0] if evidence.pool else None
    if first is None or question.kind not in ("amount", "ceiling") or cues().later.search(first.clause.text):
        return False
    figures = evidence.shelf.select("SELECT count(*) FROM amounts WHERE clause = ?", (first.clause.iri,))[0][0]
    rivals = [c for c in evidence.candidates[:DEPTH] if cues().later.search(c.clause.text)]
    return bool(figures) and all(c.document.iri != first.document.iri and c.cover < first.cover for c in rivals)


def matter_part(lead: str) -> str:
    """Return the part of a sentence that names what it leaves open, the last one before the body that is to rule on it."""
    parts = [part.partition("由")[0] for part in re.split(r"[，,：:]", lead.rstrip("，,由"))]
    return next((part for part in reversed(parts) if part), "")


def matter_of(part: str) -> tuple[str, ...]:
    """Return the words of what is left open, of the part of a sentence before 由某局另行规定, without 具体, 标准 and the like."""
    empty = cues().open_words | words.stop_words()
    # Signs that no dictionary joins are a word together: 主播.
    tokens = [t for alone, run in groupby(words.segment(part), key=lambda t: len(t) == 1 and t not in empty) for t in (("".join(run),) if alone else run)]
    return tuple(w for w in tokens if w not in empty and len(w) > 1 and _WORD.match(w))


def meets(question: Question, lead: str) -> bool:
    """Say whether a question holds most of what a sentence says before it leaves a matter open: 迁入企业的奖励标准另行通知 leaves only theirs."""
    matter = matter_of(lead)
    return sum(held_by(word, question) for word in matter) >= MEETS * len(matter)


def held_by(word: str, question: Question) -> bool:
    """Say whether a question holds a word or what people say for it."""
    return held(word, question.folded, question.near) == 1 or word in question.wider


def unnamed(evidence: Evidence, candidate: Candidate, sentence: str) -> bool:
    """Say whether a sentence that leaves a figure or day of its own matter open holds more of the question than any sentence with a figure."""
    question = evidence.question
    if question.kind not in ("amount", "ceiling", "deadline"):
        return False
    return most(evidence, candidate, sentence, r"[\d一二三四五六七八九十百千万]")


def most(evidence: Evidence, candidate: Candidate, sentence: str, holding: str = "") -> bool:
    """Say whether a sentence holds more of the question than any other of the first clauses that has what is asked (``holding``)."""
    title = candidate.document.title
    mine = coverage(evidence.shelf, evidence.question, sentence, title)
    others = (s for c in evidence.pool[:DEPTH] for s in _SENTENCE.findall(c.clause.text) if sentence not in s and re.search(holding, s))
    return mine >= ABOUT and all(coverage(evidence.shelf, evidence.question, s, title) < mine for s in others)
