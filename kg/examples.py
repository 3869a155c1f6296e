"""The worked queries that come with the program, by task: for the query page, the documentation and the tests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Example:
    """A worked query: name of its file, the task it belongs to, what it finds, and the query with those two lines at its head."""

    name: str
    task: str
    title: str
    query: str


@cache
def all_examples() -> tuple[Example, ...]:
    """Return the examples in the order of their names; ValueError for one without its two lines of comment."""
    folder = files("kg").joinpath("queries", "examples")
    found = sorted((file.name, file.read_text(encoding="utf-8")) for file in folder.iterdir() if file.name.endswith(".rq"))
    return tuple(_example(name, query) for name, query in found)


def _example(name: str, query: str) -> Example:
    """Read the head: ``# task`` and ``# what it finds``."""
    task, title = query.split("\n", 2)[:2]
    if not (task.startswith("# ") and title.startswith("# ")):
        raise ValueError(f"{name}: no two lines of comment at its head")
    return Example(name.removesuffix(".rq"), task.removeprefix("# "), title.removeprefix("# "), query)
