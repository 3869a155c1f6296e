"""Running the kinds' queries: a whole .rq bound to clauses, documents, bodies and words; given figures stand in its BIND lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import cache
from importlib import resources

from kg import sparql
from kg.shelf import Shelf
from kg.sparql import Row
from ontology.terms import Iri, Value


@cache
def query(name: str) -> str:
    """Return the text of a query of kg/queries."""
    return resources.files("kg").joinpath("queries", f"{name}.rq").read_text("utf-8")


def given(text: str, **values: Decimal | int | str) -> str:
    """Set what the question gives: the constant of a line ``BIND(… AS ?name)``; raises KeyError for a name without such a line."""
    for name, value in values.items():
        line = re.compile(rf"BIND\((?:-?\d+|\"\") AS \?{name}\)")
        if not line.search(text):
            raise KeyError(name)
        spelled = sparql.spelled(value) if isinstance(value, str) else f"{Decimal(value):f}"
        text = line.sub(f"BIND({spelled} AS ?{name})".replace("\\", "\\\\"), text)
    return text


def table(text: str, names: Sequence[str], lines: Sequence[tuple[Value | float, ...]]) -> str:
    """Fill each line ``VALUES (?name ?weight) { … }`` over these names with rows of terms and weights; raises KeyError where there is none."""
    head = f"VALUES ({' '.join(f'?{name}' for name in names)}) "
    pattern = re.compile(re.escape(head) + r"\{ .* \}$", re.M)
    if not pattern.search(text):
        raise KeyError(head)
    cells = " ".join(f"({' '.join(_cell(value) for value in line)})" for line in lines)
    return pattern.sub(lambda _: f"{head}{{ {cells} }}", text)


def _cell(value: Value | float) -> str:
    """Spell a term or a weight; a weight is a decimal."""
    return f"{value:.3f}" if isinstance(value, float) else sparql.spelled(value)


def rows(shelf: Shelf, text: str) -> list[Row]:
    """Return the rows of a bound query in its order."""
    return list(shelf.graph.select(text))


def iris(values: Iterable[str]) -> list[Value]:
    """Return IRIs as terms to bind."""
    return [Iri(v) for v in values]


def together(queries: Sequence[str]) -> str:
    """Return one query whose rows are those of several, in their order; ?part counts them from 1. One query stays as it is."""
    if len(queries) == 1:
        return queries[0]
    prefixes = dict.fromkeys(line for q in queries for line in q.splitlines() if line.startswith("PREFIX "))
    comments = dict.fromkeys(line for q in queries for line in q.splitlines() if line.startswith("# "))
    bodies = ["\n".join("    " + line for line in q.splitlines() if not line.startswith(("PREFIX ", "# "))) for q in queries]
    parts = [f"  {{\n  {{\n{body}\n  }}\n  BIND({n} AS ?part)\n  }}" for n, body in enumerate(bodies, 1)]
    return "\n".join((*comments, *prefixes, "SELECT * WHERE {", "\n  UNION\n".join(parts), "}", "ORDER BY ?part DESC(?points) ?start"))


def parted(shelf: Shelf, text: str, count: int) -> list[list[Row]]:
    """Return the rows of a query that ``together`` made of so many, part by part."""
    found = rows(shelf, text)
    return [found] if count == 1 else [[r for r in found if r.need("part", int) == n] for n in range(1, count + 1)]
