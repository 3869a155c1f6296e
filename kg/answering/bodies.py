"""Bodies that were renamed or taken over: which name the build knows, and how an answer says so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ingest.recognise import registry
from kg import sparql
from kg.answering import ask_graph
from kg.shelf import Shelf
from kg.sparql import Row


def held(shelf: Shelf, names: Sequence[str]) -> dict[str, str]:
    """Return for each body asked for the name that the build knows: its own, else that of the first body that took over from it and stands there."""
    found: dict[str, str] = {}
    for name in names:
        following: str | None = name
        while following and not shelf.select("SELECT 1 FROM agencies WHERE name = ?", (following,)):
            following = registry.known(following).successor
        found[name] = following or name
    return found


def kin(shelf: Shelf, names: Sequence[str]) -> list[str]:
    """Return the names under which duties of the bodies can stand: their own, former and later ones."""
    rows = ask_graph.rows(shelf, sparql.bind(ask_graph.query("kin"), asked=list(dict.fromkeys(names))))
    return [row.need("name", str) for row in rows]


def titled(names: Mapping[str, str]) -> str:
    """Name the bodies asked for, with what they are called now where the build knows them only so."""
    return "、".join(asked if asked == known else f"{asked}（现{known}）" for asked, known in names.items())


def former(rows: Iterable[Row]) -> str:
    """Say which of the duties stand under a former name, and which under that of what took over; empty where none do."""
    clauses: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if (kin := row.need("kin", str)) != "same":
            clauses.setdefault((kin, row.need("name", str)), set()).add(row.need("clause", str))
    words = {"before": "原", "after": "现"}
    return "，".join(f"其中{words[kin]}{name}名下{len(held)}处" for (kin, name), held in clauses.items())


def today(rows: Iterable[Row]) -> dict[str, str]:
    """Return for each body that another took over from the name of that other."""
    return {row.need("name", str): now for row in rows if (now := row.get("now", str))}


def called(name: str, now: Mapping[str, str]) -> str:
    """Name a body as its text does, with what it is today: 青岛市科学技术委员会（现青岛市科学技术局）."""
    return f"{name}（现{now[name]}）" if name in now else name
