"""Which documents a question is about: those of the places it names, and the rule in force instead of the one whose place it took."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest import places
from kg.cues import cues
from kg.shelf import DocumentRow, Shelf
from ontology.answers import Named, Question

# A name as whole as this is meant as it stands, lapsed or not; a part of a title gives way to the rule in force.
WHOLE = 0.95
ELSEWHERE = 0.5
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年|版)")
_TOOK_PLACE = "SELECT DISTINCT document FROM \"references\" WHERE relation IN ('repeals', 'supersedes') AND resolved = ? ORDER BY document"


def within(shelf: Shelf, question: Question) -> frozenset[str] | None:
    """Return the documents that hold in a place the question names, or everywhere; None for no place, or one that the build knows nothing of.

    A document that the question names itself is kept.
    """
    asked = [p for p in map(places.parse, question.places) if p]
    if not asked:
        return None
    held = {name: places.parse(name) for name in shelf.by_place}
    near = [name for name, place in held.items() if place and any(places.related(place, p) for p in asked)]
    everywhere = [name for name, place in held.items() if place is None]
    named = {n.document for n in question.documents if n.strength >= WHOLE}
    return frozenset(named.union(*(shelf.by_place[name] for name in (*near, *everywhere)))) if near else None


def successor(shelf: Shelf, document: DocumentRow, question: Question) -> DocumentRow | None:
    """Return the document in force that took a lapsed one's place: by repeal, else a later one of the same instrument and place; None where there is none."""
    if document.status(question.on) != "lapsed":
        return None
    for (iri,) in shelf.select(_TOOK_PLACE, (document.iri,)):
        newer = shelf.documents.get(str(iri))
        if newer and newer.status(question.on) == "in force" and newer.genre != "决定":
            return newer
    same = (shelf.documents[iri] for iri in shelf.titles.same(document.iri))
    later = [d for d in same if d.status(question.on) == "in force" and d.place == document.place and d.edition == "official"]
    return max(later, key=lambda d: (d.issued is not None, d.issued, d.iri), default=None) if document.issued else None


def of_year(question: Question, document: DocumentRow) -> bool:
    """Say whether a question names the year in which a document was issued: 2022版, 2022年的办法."""
    return document.issued is not None and str(document.issued.year) in _YEARS.findall(question.folded)


def current(shelf: Shelf, question: Question) -> Question:
    """Return the question about the rule in force where it names a lapsed one only by part of its title and asks neither for the old one nor for its end.

    Part of a title names a document less surely where the question names a place and the document is not of that place.
    """
    asked = [p for p in map(places.parse, question.places) if p and shelf.covers(p)]
    old = question.aspect == "expires" or bool(cues().finer["former"].search(question.folded))
    names: list[Named] = []
    for name in question.documents:
        document = shelf.documents[name.document]
        place = places.parse(document.place)
        newer = successor(shelf, document, question) if name.strength < WHOLE and not old else None
        newer = None if newer and of_year(question, document) and not of_year(question, newer) else newer
        weight = ELSEWHERE if asked and name.strength < WHOLE and not any(place and places.related(place, p) for p in asked) else 1.0
        names.append(replace(name, document=newer.iri if newer else name.document, strength=name.strength * weight))
    best: dict[str, Named] = {}
    for name in names:
        if name.document not in best or best[name.document].strength < name.strength:
            best[name.document] = name
    return replace(question, documents=tuple(sorted(best.values(), key=lambda n: (-n.strength, n.document))))
