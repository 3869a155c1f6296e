"""An opened build: all that the web app, the HTTP endpoint and the command line know."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from kg import answering, engines, logs, manifest, search
from kg.shelf import ClauseRow, DocumentRow, Shelf
from ontology.answers import Answer

_HALF = re.compile("[\ud800-\udfff]")


class Library:
    """A build opened for reading: ask, search, look up; safe to share between threads."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    @classmethod
    def open(cls, build: Path) -> Library:
        """Open the current build of a directory, on the engines that the settings name; raises BuildMissing, BuildDamaged or BuildBusy."""
        shelf = Shelf.open(build)
        engines.attach(shelf)
        return cls(shelf)

    @property
    def generation(self) -> str:
        """Which build this is; another name on disk means a newer one."""
        return self.shelf.manifest.generation

    def stale(self) -> bool:
        """Say whether a newer build has been switched to since this one was opened."""
        return manifest.load(self.shelf.build).generation != self.generation

    def ask(self, question: str, on: date) -> Answer:
        """Answer a question on a day, or refuse with a reason."""
        begun = time.perf_counter()
        answer = answering.ask(self.shelf, sound(question), on)
        counts = {"facts": len(answer.facts), "citations": len(answer.citations), "length": len(question)}
        logs.event("ask", generation=self.generation, type=answer.type, answered=answer.answered, **counts, ms=logs.milliseconds(begun))
        return answer

    def ask_all(self, questions: Iterable[str], on: date) -> list[Answer]:
        """Answer many questions in order."""
        return [self.ask(q, on) for q in questions]

    def search(self, query: str, on: date, filters: search.Filters, top: int = 20) -> search.Result:
        """Return the clauses that fit a text and the filters, best first."""
        begun = time.perf_counter()
        found = search.search(self.shelf, sound(query), on, filters, top)
        counts = {"hits": len(found.hits), "total": found.total, "length": len(query)}
        logs.event("search", generation=self.generation, **counts, ms=logs.milliseconds(begun))
        return found

    def document(self, iri: str) -> DocumentRow | None:
        """Return a document by IRI."""
        return self.shelf.documents.get(iri)

    def documents(self) -> tuple[DocumentRow, ...]:
        """Return every document."""
        return tuple(self.shelf.documents.values())

    def clause(self, iri: str) -> ClauseRow | None:
        """Return a clause by IRI."""
        return self.shelf.clauses([iri]).get(iri)


def sound(text: str) -> str:
    """Return a text with half of a pair of surrogates, which no encoding has, as the sign for what cannot be shown; no longer, no shorter."""
    return _HALF.sub("\ufffd", text)
