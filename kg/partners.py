"""Bodies at work: what each must do, with whom, and which issue documents together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import networkx as nx

from kg.shelf import DocumentRow, Shelf

ROLES = ("responsible", "cooperate", "interpret")


@dataclass(frozen=True, slots=True)
class Body:
    """A body and its numbers: duties by role, documents that give it duties, documents it issued."""

    name: str
    duties: dict[str, int]
    documents: int
    issued: int

    @property
    def total(self) -> int:
        """All duties."""
        return sum(self.duties.values())


@dataclass(frozen=True, slots=True)
class Duty:
    """What a clause makes a body do; the sentence that says so is text[start:end] of the source."""

    clause: str
    document: DocumentRow
    surface: str
    role: str
    task: str
    start: int
    end: int


def duties(shelf: Shelf) -> dict[str, list[Duty]]:
    """Return the duties of each body by its full name, in text order; a policy in several copies counts once."""
    out: dict[str, list[Duty]] = {}
    for agency, clause, document, surface, role, task, start, end in shelf.select(
        'SELECT agency, clause, document, surface, role, task, start, "end" FROM responsibilities ORDER BY source, rowid'
    ):
        owner = shelf.documents[str(document)]
        if owner.copy_of is None and agency:
            duty = Duty(str(clause), owner, str(surface), str(role), str(task or ""), int(str(start)), int(str(end)))
            out.setdefault(str(agency), []).append(duty)
    return out


def bodies(shelf: Shelf, by_name: dict[str, list[Duty]]) -> list[Body]:
    """Return every body that has a duty or issued a document, the busiest first."""
    issued: dict[str, int] = {}
    for d in originals(shelf):
        for name in d.issuers:
            issued[name] = issued.get(name, 0) + 1
    out = []
    for name in {*by_name, *issued}:
        own = by_name.get(name, [])
        counts = {role: sum(d.role == role for d in own) for role in ROLES}
        out.append(Body(name, counts, len({d.document.iri for d in own}), issued.get(name, 0)))
    return sorted(out, key=lambda b: (-b.total, -b.issued, b.name))


def originals(shelf: Shelf) -> list[DocumentRow]:
    """Return the documents that are no copies of another."""
    return [d for d in shelf.documents.values() if d.copy_of is None]


def together(by_name: dict[str, list[Duty]], roles: Sequence[str], status: str | None, on: date) -> nx.Graph[str]:
    """Return bodies and how many clauses give both a duty; edges have ``weight`` and ``relations`` as the networks of kg.network do."""
    at: dict[str, set[str]] = {}
    for name, own in by_name.items():
        for d in own:
            if d.role in roles and (status is None or d.document.status(on) == status):
                at.setdefault(d.clause, set()).add(name)
    return _pairs(at.values())


def jointly(shelf: Shelf, status: str | None, on: date, year: int | None = None) -> nx.Graph[str]:
    """Return bodies and how many documents they issued together (联合发文), of one status and year of issue where these are given."""
    return _pairs(set(d.issuers) for d in originals(shelf) if (status is None or d.status(on) == status) and (year is None or issued_in(d, year)))


def issued_in(document: DocumentRow, year: int) -> bool:
    """Say whether a document was issued in a year."""
    return document.issued is not None and document.issued.year == year


def _pairs(groups: Iterable[set[str]]) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    for group in groups:
        for name in group:
            graph.add_node(name, label=name, kind="agency")
        for one, other in combinations(sorted(group), 2):
            before = graph.get_edge_data(one, other, default={})
            graph.add_edge(one, other, weight=int(before.get("weight", 0)) + 1, relations="")
    return graph
