"""The constraints of shapes.ttl in Python: by the parameter of SHACL, and what its queries say by their message."""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from kg.shapes import Check
from ontology.rdf import Thing, Things
from ontology.terms import PK, RDF, XSD, XSD_NS, Iri, Value, lexical

Values = tuple[Value, ...]
# Whether a value, or a thing as a whole, is as it must be; the thing and all things of the source are at hand.
Test = Callable[[Value, Thing, Things], bool]
WholeTest = Callable[[Iri, Thing, Things], bool]
Compare = Callable[[Any, Any], bool]

# The Python type of a datatype; type() is compared, since a bool is an int and an Iri a str.
TYPES: dict[Iri, type] = {Iri(XSD_NS + "string"): str, XSD.boolean: bool, XSD.integer: int, XSD.decimal: Decimal, XSD.date: date}


def _class(check: Check) -> Test:
    kind = Iri(check.values[0])
    return lambda value, thing, things: isinstance(value, Iri) and kind in things.get(value, NOTHING).get(RDF.type, ())


def _datatype(check: Check) -> Test:
    kind = TYPES[Iri(check.values[0])]
    return lambda value, thing, things: type(value) is kind


def _listed(check: Check) -> Test:
    allowed = frozenset(check.values)
    return lambda value, thing, things: type(value) is str and value in allowed


def _length(check: Check) -> Test:
    least = int(check.values[0])
    return lambda value, thing, things: len(value if isinstance(value, str) else lexical(value)[0]) >= least


def _pattern(check: Check) -> Test:
    found = re.compile(check.values[0]).search
    return lambda value, thing, things: found(value if isinstance(value, str) else lexical(value)[0]) is not None


def _least(compare: Compare) -> Callable[[Check], Test]:
    """Return the test against a number; what is no number fails."""

    def test(check: Check) -> Test:
        least = Decimal(check.values[0])
        return lambda value, thing, things: type(value) in (int, Decimal) and compare(value, least)

    return test


def _paired(compare: Compare) -> Callable[[Check], Test]:
    """Return the test against the values of another predicate; what cannot be compared fails."""

    def test(check: Check) -> Test:
        other = Iri(check.values[0])

        def holds(value: Value, thing: Thing, things: Things) -> bool:
            others = thing.get(other, ())
            # Start and end of nearly every thing: two whole numbers.
            if len(others) == 1 and type(value) is int and type(others[0]) is int:
                return compare(value, others[0])
            return all(_comparable(value, o) and compare(value, o) for o in others)

        return holds

    return test


def _comparable(one: Value, other: Value) -> bool:
    kinds = (type(one), type(other))
    return (kinds[0] is kinds[1] and kinds[0] is not Iri) or set(kinds) == {int, Decimal}


NOTHING: Thing = {}
TESTS: dict[str, Callable[[Check], Test]] = {
    "class": _class,
    "datatype": _datatype,
    "in": _listed,
    "minLength": _length,
    "pattern": _pattern,
    "nodeKind": lambda check: lambda value, thing, things: isinstance(value, Iri),
    "minInclusive": _least(operator.ge),
    "minExclusive": _least(operator.gt),
    "lessThan": _paired(operator.lt),
    "lessThanOrEquals": _paired(operator.le),
}


# What follows says in Python what the queries of shapes.ttl say, by their message.


def _values(thing: Thing, *paths: Iri) -> Iterator[Values]:
    """Yield each combination of the values of some predicates."""
    return itertools.product(*(thing.get(path, ()) for path in paths))


def _reach(value: Value, things: Things) -> Thing:
    return things.get(value, NOTHING) if isinstance(value, Iri) else NOTHING


def _below(one: Value, other: Value) -> bool:
    return _comparable(one, other) and operator.lt(one, other)


def _differ(one: Value, other: Value) -> bool:
    return type(one) is not type(other) or one != other


def _within(holder: Iri) -> WholeTest:
    """Return the test that a thing's span lies inside that of what it points to."""

    def test(focus: Iri, thing: Thing, things: Things) -> bool:
        if _plainly_within(thing, holder, things):
            return True
        for there, start, end in _values(thing, holder, PK.start, PK.end):
            for first, last in _values(_reach(there, things), PK.start, PK.end):
                if _below(start, first) or _below(last, end):
                    return False
        return True

    return test


def _plainly_within(thing: Thing, holder: Iri, things: Things) -> bool:
    """Say whether one span of whole numbers lies inside another: what is so of nearly every fact, told without combining values."""
    try:
        (there,), (b,), (c,) = thing[holder], thing[PK.start], thing[PK.end]
        around = things[there]  # type: ignore[index]
        (a,), (d,) = around[PK.start], around[PK.end]
    except (KeyError, ValueError):
        return False
    return type(a) is type(b) is type(c) is type(d) is int and a <= b and c <= d


def _parent_before(focus: Iri, thing: Thing, things: Things) -> bool:
    for parent, document, order in _values(thing, PK.parent, PK.document, PK.order):
        for other, before in _values(_reach(parent, things), PK.document, PK.order):
            if _differ(document, other) or (_comparable(before, order) and not _below(before, order)):
                return False
    return True


def _one_document(focus: Iri, thing: Thing, things: Things) -> bool:
    try:
        (clause,), (mine,) = thing[PK.clause], thing[PK.document]
        (theirs,) = things[clause][PK.document]  # type: ignore[index]
        return not _differ(mine, theirs)
    except (KeyError, ValueError):
        pass
    pairs = ((document, other) for clause, document in _values(thing, PK.clause, PK.document) for other in _reach(clause, things).get(PK.document, ()))
    return not any(_differ(document, other) for document, other in pairs)


def _range_has_high(focus: Iri, thing: Thing, things: Things) -> bool:
    return all((bound == "range") == (PK.high in thing) for bound in thing.get(PK.bound, ()))


def _no_circle(focus: Iri, thing: Thing, things: Things) -> bool:
    return focus not in thing.get(PK.cappedBy, ())


def _target_stands(focus: Iri, thing: Thing, things: Things) -> bool:
    kinds = (_reach(target, things).get(RDF.type, ()) for target in thing.get(PK.target, ()))
    return all(PK.Document in found or PK.Clause in found for found in kinds)


def _any_of(given: Iri, *paths: Iri) -> WholeTest:
    """Return the test that a thing that has one predicate has one of the others."""
    return lambda focus, thing, things: given not in thing or any(path in thing for path in paths)


WHOLES: dict[str, WholeTest] = {
    "条款位置超出所属文件": _within(PK.document),
    "上级条款属于另一文件或在本条款之后": _parent_before,
    "事实与其条款不属于同一文件": _one_document,
    "事实位置超出所属文件": _within(PK.document),
    "事实位置超出所在条款": _within(PK.clause),
    "区间没有上端，或有上端而不是区间": _range_has_high,
    "数额不能以自己为上限": _no_circle,
    "引用目标不在库中": _target_stands,
    "引用没有说引的是什么": _any_of(PK.relation, PK.targetTitle, PK.targetNumber, PK.targetClause),
    "期限没有日期、周期或期间": _any_of(PK.quote, PK.due, PK.recurs, PK.lasts),
    "期间没有单位": _any_of(PK.lasts, PK.lastsUnit),
}
