"""Things that a question names and of which no text of the build speaks: 黄芪 where only 沙棘 is insured."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest import words
from ingest.words import bigrams
from kg.answering.evidence import Evidence, held
from kg.cues import cues

# A word of which the first clauses hold so much, or that lies so near to one of their words in meaning, has an answer there: 房租 by 租金. Counted before
# words of everyday had their synonyms and the vocabulary told them apart: of 1,427 right answers this refuses 15, of 69 to unanswerable questions 13.
HELD, NEAR = 0.3, 0.45
# Clauses looked through for what a word may stand for, and how far apart the signs may lie that it shortens: 北交所 for 北京证券交易所.
DEPTH, APART = 3, 4
SHORTENED = 2
# Of a word of two signs the index of pairs says all; longer ones are looked for in the texts of so many documents, which takes 60 ms for all laws.
PAIR, LOOKED_THROUGH = 2, 500
# What is asked has a name of its own, or is answered by the document's title and number.
_APART = ("reference", "match", "count")
# Short names of bodies are told apart where bodies are.
_BODY = re.compile(r"[局厅委部办会院处科]\Z")


def thing(evidence: Evidence) -> str | None:
    """Return the first common noun of a question that no text of the build writes and nothing in the first clauses resembles, None where there is none."""
    question = evidence.question
    first = evidence.pool[0] if evidence.pool else None
    if first is None or question.kind in _APART:
        return None
    told = " ".join(f"{c.document.title} {c.clause.above} {c.clause.text}" for c in evidence.pool[:DEPTH])
    missing = [w for w in question.topic if doubtful(evidence, w) and held(w, told, question.near) < HELD and not torn(question.folded, w, told)]
    return next((w for w in missing if not written(evidence, w) and not resembles(evidence, w, told)), None)


def doubtful(evidence: Evidence, word: str) -> bool:
    """Say whether a word of a question is a common noun as laws and policies write it, not one of everyday for which they write another."""
    if len(word) < 2 or word in cues().general or word in evidence.question.coined or _BODY.search(word) or "几" in word:
        return False
    said = (spoken for spoken in cues().synonyms if word in spoken and spoken in evidence.question.folded)
    return next(said, None) is None and words.noun(word) and evidence.shelf.encoder.knows(word)


def torn(folded: str, word: str, told: str) -> bool:
    """Say whether a word was cut from others that a text writes or the dictionary has: 商用 of 电商用, 人选 of 老人选."""
    at, end = folded.find(word), folded.find(word) + len(word)
    before = folded[at - 1 : at + 1] if at > 0 else ""
    return at >= 0 and (bool(before and before in told) or folded[end - 1 : end + 1] in told or (len(before) == len(word) == PAIR and words.noun(before)))


def written(evidence: Evidence, word: str) -> bool:
    """Say whether any clause of the build writes a word, inside a longer one too."""
    shelf = evidence.shelf
    unwritten = shelf.words.rarity("")
    if any(shelf.words.rarity(pair) >= unwritten for pair in bigrams(word)):
        return any(word in document.title for document in shelf.documents.values())
    if len(word) == PAIR or len(shelf.documents) > LOOKED_THROUGH:
        return True
    return bool(shelf.select("SELECT 1 FROM clauses WHERE instr(text, ?) > 0 LIMIT 1", (word,)))


def resembles(evidence: Evidence, word: str, told: str) -> bool:
    """Say whether a word, or two that stand together, of a text lies near to a word in meaning."""
    tokens = words.segment(told)
    others = list(dict.fromkeys([t for t in tokens if len(t) > 1] + [a + b for a, b in pairwise(tokens)]))
    if not others:
        return False
    shortened = re.compile(f"[^。；，]{{0,{APART}}}".join(map(re.escape, word)))
    if (len(word) > SHORTENED and shortened.search(told)) or (word.endswith("子") and word[:-1] in told):
        return True
    vectors = evidence.shelf.encoder.encode([word, *others])
    return bool((vectors[1:] @ vectors[0]).max() >= NEAR)
