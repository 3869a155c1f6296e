"""The clauses that may answer a question, best first: search's proposals weighed by how much of the question they cover."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.flow import squash
from ingest.words import bigrams
from kg import search
from kg.answering import scope
from kg.cues import cues
from kg.question import SURELY, WEAK
from kg.shelf import ClauseRow, DocumentRow, Shelf
from ontology.answers import Question

# What vectors weigh beside words where a clause is to answer: people ask about policies in the policies' words more than about laws. With .6, .8 and 1
# 64, 66 and 66 of 689 questions of ours go wrong; with the embedding before, .8 and 1.6 gave 64 and 72.
VECTORS = 0.6
# How many clauses search proposes.
PROPOSED = 40
# Share of the best score that covering the whole question is worth.
COVER_WEIGHT = 0.5
# A report never outranks the policy it reports on, unless reports are asked for; a lapsed document yields to one in force.
NEWS_FACTOR = 0.8
NEWS_ASKED_FACTOR = 1.15
LAPSED_FACTOR = 0.9
# A lapsed document whose successor the build has yields more, unless it is the one asked for.
REPLACED_FACTOR = 0.75
# What stands before the first unit repeats the title and says little else.
PREAMBLE_FACTOR = 0.85
# Attachments hold forms, lists of materials and tables: they yield to the text itself.
ATTACHMENT_FACTOR = 0.9
# Documents named almost as surely as the surest are meant together: copies, editions.
SAME_NAME = 0.05
REPORTED = 0.1
# A report that the question itself names this surely is not held back.
CALLED = 0.5
# What neighbouring words that stand together add to coverage: about half a word of middling rarity.
CHAIN_WEIGHT = 1.5
# Share of the best score that covering what the title does not say is worth.
BEYOND_WEIGHT = 0.4
# Words that only count or point say so much.
POINTING = 0.3
# What a clause that denies something gains where it is asked what is denied.
DENIES = 0.15
_DENIES = re.compile(r"不予|不得|不享受|不支持|不受理|除外|禁止|负面清单")
# What a clause gains that holds every word that a question sets in quotation marks.
MARKED = 0.15
# What a clause of the very place that a question names gains, where it covers so much of it.
PLACED, PLACED_COVER = 0.1, 0.2
# Below this trust a clause is near, not an answer: see tests/evaluate/refusal.py for the experiment.
SURE = 1.25
SURE_NAMED = 0.7
# A clause that covers less of the question and lies further from it is about something else. Of 725 answers to questions of ours this refuses one of 60
# wrong ones and none of 665 right ones; with .2 and .5 it would be two and three.
STRANGE_COVER, STRANGE_COSINE = 0.4, 0.1
# A coined word that only other clauses of the document hold, so many of them and such a share, counts less than in the clause.
WITHIN = 0.6
COINED = 3
OFTEN, OFTEN_SHARE = 3, 0.1
# A part of a word counts less than the word.
PART = 0.6

Near = Mapping[str, Sequence[str]]  # a word of the question → what policies write for it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A clause that may answer: its score, and the share of the question it covers (0 to 1)."""

    clause: ClauseRow
    document: DocumentRow
    score: float
    cover: float
    trust: float  # the score before reports and lapsed documents are held back


@dataclass(frozen=True)
class Evidence:
    """A question, the build it is asked of, and the clauses that may answer it."""

    shelf: Shelf
    question: Question
    candidates: tuple[Candidate, ...]

    @cached_property
    def named(self) -> tuple[DocumentRow, ...]:
        """The documents that the question names surely, those of the best name only."""
        rules = [n for n in self.question.documents if self.shelf.documents[n.document].edition != "news"]
        # Part of a headline names a report no more surely than part of a title names the policy it tells of.
        told = max((n.strength for n in rules), default=0.0) + REPORTED if not self.question.news else 0.0
        sure = [n for n in self.question.documents if n.strength >= SURELY and (n in rules or n.strength >= scope.WHOLE or n.strength >= told)]
        best = max((n.strength for n in sure), default=0.0)
        rows = [self.shelf.documents[n.document] for n in sure if n.strength >= best - SAME_NAME]
        return tuple(r for r in rows if r.edition != "news") or tuple(rows)

    @cached_property
    def pool(self) -> tuple[Candidate, ...]:
        """The candidates of the named documents where there are such, reports with them where reports are asked for; else all."""
        named = {d.iri for d in self.named}
        kept = tuple(c for c in self.candidates if c.document.iri in named or (self.question.news and c.document.edition == "news"))
        return kept if named else self.candidates

    def sure(self, candidate: Candidate) -> bool:
        """Say whether a clause fits well enough to answer from; inside a document that the question names less is needed."""
        return candidate.trust >= (SURE_NAMED if self.named else SURE) and not self.strange(candidate)

    def strange(self, candidate: Candidate) -> bool:
        """Say whether a clause shares neither words nor meaning with the question; scores are shares of the best one, which may be far off itself."""
        if candidate.cover >= STRANGE_COVER:
            return False
        vector = self.shelf.encoder.encode([self.question.text])[0]
        return self.shelf.nearest.cosines(vector, [candidate.clause.iri]).get(candidate.clause.iri, 0.0) < STRANGE_COSINE

    def terms(self, part: Question | None = None) -> tuple[str, ...]:
        """The words that a fact's context is matched with, of one part of the question where one is given; the empty word fits all."""
        question = part or self.question
        chains = (chain for chain in question.chains if chain in question.folded and any(word in chain for word in question.focus))
        near = (other for word in question.focus for other in question.near.get(word, ()))
        halves = (half for word in question.focus if word not in question.coined for half in _halves(word))
        return tuple(dict.fromkeys((*question.focus, *chains, *near, *halves, *question.wider, "")))


# Kinds of facts that speak for a clause when a kind of question is asked: table, condition on its rows, share of the best score.
_SPEAKS: dict[str, tuple[str, str, float]] = {
    "agency": ("responsibilities", "role IN ('responsible', 'cooperate')", 0.08),
    "ceiling": ("amounts", "bound IN ('max', 'range') AND purpose IN ('benefit', 'award', 'fine', 'share')", 0.1),
    "amount": ("amounts", "purpose NOT IN ('threshold', 'target')", 0.08),
    "procedure": ("clauses", "(text LIKE '%程序%' OR text LIKE '%步骤%' OR text LIKE '%流程%') AND kind_of = 'unit'", 0.12),
    "eligibility": ("norms", "kind IN ('beneficiary', 'condition')", 0.15),
    "definition": ("definitions", "1", 0.15),
    "deadline": ("deadlines", "1", 0.15),
}


_TARGETS = ("amounts", "purpose = 'target'", 0.15)


def gather(shelf: Shelf, question: Question) -> Evidence:
    """Return the evidence for a question."""
    question = scope.current(shelf, question)
    asked = " ".join((question.text, *question.wider, *cues().expand.get(question.kind, ())))
    found = search.propose(shelf, asked, PROPOSED, named=question.documents, documents=scope.within(shelf, question), weight=VECTORS)
    clauses = {iri: c for iri, c in shelf.clauses(f.clause for f in found).items() if not is_heading(c)}
    found = [f for f in found if f.clause in clauses]
    speaking = _speaking(shelf, question, list(clauses))
    best = max((f.score for f in found), default=1.0) or 1.0
    # The steps of a procedure need not name again what it is about.
    marks = bool(question.marked) and question.kind != "procedure"
    denied = bool(cues().finer["denied"].search(question.folded))
    told = _told(shelf, question, {clause.document for clause in clauses.values()})
    candidates = []
    for item in found:
        clause = clauses[item.clause]
        document = shelf.documents[clause.document]
        words = " ".join((document.title, clause.above, clause.text))
        within = told.get(document.iri, frozenset())
        cover = coverage(shelf, question, words, within=within)
        beyond = coverage(shelf, question, words, document.title, within)
        factor = _held_back(shelf, question, clause, document)
        trust = (
            item.score / best
            + COVER_WEIGHT * cover
            + BEYOND_WEIGHT * beyond
            + speaking.get(clause.iri, 0.0)
            + _placed(shelf, question, clause, document, cover)
            + DENIES * (denied and bool(_DENIES.search(clause.text)))
            + MARKED * (marks and all(w in clause.text for w in question.marked))
        )
        candidates.append(Candidate(clause, document, trust * factor, cover, trust))
    candidates.sort(key=lambda c: (-c.score, c.clause.iri))
    return Evidence(shelf, question, tuple(_once(candidates)))


def _placed(shelf: Shelf, question: Question, clause: ClauseRow, document: DocumentRow, cover: float) -> float:
    """Return what a clause gains where its document holds in the very place that the question names; the place of most documents tells none apart."""
    named = document.place in question.places and document.place != shelf.known.place
    return PLACED if named and clause.kind != "preamble" and cover >= PLACED_COVER else 0.0


def _held_back(shelf: Shelf, question: Question, clause: ClauseRow, document: DocumentRow) -> float:
    """Return by what a clause's score is multiplied: reports, lapsed documents, attachments and preambles yield to the rule itself."""
    strength = max((n.strength for n in question.documents if n.document == document.iri), default=0.0)
    factor = 1.0
    if document.edition == "news" and strength < CALLED:
        factor = NEWS_ASKED_FACTOR if question.news else NEWS_FACTOR
    elif document.status(question.on) == "lapsed":
        replaced = strength < SURELY and not scope.of_year(question, document) and scope.successor(shelf, document, question)
        factor = REPLACED_FACTOR if replaced else LAPSED_FACTOR
    if clause.path[0].startswith("附件") and "附件" not in question.folded:
        factor *= ATTACHMENT_FACTOR
    if clause.kind == "closing" and clause.text.startswith("附件"):
        factor *= PREAMBLE_FACTOR
    if clause.kind == "preamble" and question.kind != "reference" and document.edition != "news":
        factor *= PREAMBLE_FACTOR
    return factor


def _told(shelf: Shelf, question: Question, documents: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the coined words of a question that each document is about: those that several of its clauses hold."""
    coined = [word for word in question.coined if len(word) >= COINED]
    told = {document: [w for w in coined if often(shelf, document, w, OFTEN, OFTEN_SHARE)] for document in documents}
    return {document: frozenset(found) for document, found in told.items() if found}


def often(shelf: Shelf, document: str, word: str, least: int, share: float) -> bool:
    """Say whether at least so many clauses of a document, and such a share of them, hold a word."""
    statement = "SELECT total(instr(text, ?2) > 0) >= max(?3, ?4 * count(*)) FROM clauses WHERE document = ?1"
    return bool(shelf.select(statement, (document, word, least, share))[0][0])


def is_heading(clause: ClauseRow) -> bool:
    """Say whether a clause is a label and a heading without text of its own, such as a chapter."""
    return clause.kind == "unit" and len(clause.text) <= len(clause.label) + len(squash(clause.heading or "")) + 1


def _speaking(shelf: Shelf, question: Question, clauses: Sequence[str]) -> dict[str, float]:
    """Return the bonus of the clauses that hold facts of the kind that is asked for."""
    if question.kind not in _SPEAKS or not clauses:
        return {}
    table, where, bonus = _TARGETS if question.kind == "amount" and question.aspect == "target" else _SPEAKS[question.kind]
    rows = shelf.select(f'SELECT DISTINCT clause FROM "{table}" WHERE clause IN ({",".join("?" * len(clauses))}) AND {where}', clauses)
    return {str(row[0]): bonus for row in rows}


def coverage(shelf: Shelf, question: Question, text: str, title: str = "", within: Collection[str] = ()) -> float:
    """Return the share of the question's words, weighed by rarity, that a text holds; a synonym counts as the word.

    Neighbouring words count once more where they stand together; words of ``title`` are left out unless all are; coined words that the rest of the
    document holds (``within``) count in part.
    """
    topic = [w for w in question.topic if w not in title] or list(question.topic)
    total = met = 0.0
    for word in topic:
        weight = weight_of(shelf, word, question.near)
        total += weight
        met += weight * (coined(word, text, within) if word in question.coined else held(word, text, question.near))
    for chain in question.chains:
        if chain not in title:
            total += CHAIN_WEIGHT
            met += CHAIN_WEIGHT * (chain in text)
    return met / total if total else 0.0


def coined(word: str, text: str, within: Collection[str]) -> float:
    """Return how much of a coined word a text holds: it is one thing, of which the clauses of its document speak without naming it."""
    return 1.0 if word in text else WITHIN * (word in within)


def weight_of(shelf: Shelf, word: str, near: Near) -> float:
    """Return how much a word of a question says: its rarity, for one that no clause writes that of its rarest synonym; 一家 and the like say little."""
    if WEAK.fullmatch(word):
        return POINTING
    own = shelf.words.rarity(word.lower())
    if own >= shelf.words.rarity("") and (pairs := bigrams(word)):
        own = max(shelf.words.rarity(pair) for pair in pairs)
    others = [shelf.words.rarity(other) for other in near.get(word, ())]
    unwritten = shelf.words.rarity("")
    return max(max(others) if others and own >= unwritten else own, 0.1)


def held(word: str, text: str, near: Near) -> float:
    """Return how much of a word stands in a text: all of it or of a synonym, else a part by its character pairs."""
    if word in text or any(other in text for other in near.get(word, ())):
        return 1.0
    pairs = bigrams(word)
    if len(pairs) < 2:
        return 0.0
    return PART * sum(pair in text for pair in pairs) / len(pairs)


def _halves(word: str) -> tuple[str, ...]:
    """Return the two-character parts of a long word, which a clause may write apart: 检测服务 → 检测, 服务."""
    return tuple(word[i : i + 2] for i in range(0, len(word) - 1, 2)) if len(word) >= 4 else ()


def _once(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out further copies of one clause of one policy."""
    seen = set()
    out = []
    for c in candidates:
        key = (c.document.policy, c.clause.path, c.clause.kind == "row" and c.clause.text)
        if key not in seen:
            seen.add(key)
            out.append(c)
    return out
