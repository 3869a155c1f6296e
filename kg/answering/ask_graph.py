"""Running the kinds' queries: a whole .rq bound to clauses, documents, bodies and words; given figures stand in its BIND lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
        text = line.sub(lambda _, s=spelled, n=name: f"BIND({s} AS ?{n})", text)
    return text


def rows(shelf: Shelf, text: str) -> list[Row]:
    """Return the rows of a bound query in its order."""
    return list(sparql.run(shelf.store, text))


def iris(values: Iterable[str]) -> list[Value]:
    """Return IRIs as terms to bind."""
    return [Iri(v) for v in values]
