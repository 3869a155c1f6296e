"""The constraints of shapes.ttl over one source's triples, in one pass and without a store: what an ingest checks.

``kg.shapes`` asks the same of a whole store; tests hold the two and pySHACL to one verdict.
"""

from __future__ import annotations

import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from kg import shapes
from kg.shapes import Check, Violation
from ontology.terms import PK, RDF, XSD, XSD_NS, Iri, Triple, Value, lexical

Values = tuple[Value, ...]
Thing = dict[Iri, Values]
Things = Mapping[Iri, Thing]
# Whether a value, or a thing as a whole, is as it must be; the thing and all things of the source are at hand.
Test = Callable[[Value, Thing, Things], bool]
WholeTest = Callable[[Iri, Thing, Things], bool]
Compare = Callable[[Any, Any], bool]

# The Python type of a datatype; type() is compared, since a bool is an int and an Iri a str.
_TYPES: dict[Iri, type] = {Iri(XSD_NS + "string"): str, XSD.boolean: bool, XSD.integer: int, XSD.decimal: Decimal, XSD.date: date}


@dataclass(frozen=True, slots=True)
class Sifted:
    """What breaks the shapes, and the things of a class that a source speaks of and does not hold itself: they must stand elsewhere."""

    broken: tuple[Violation, ...]
    elsewhere: frozenset[tuple[Iri, Iri]]  # class, thing


def sift(triples: Iterable[Triple]) -> Sifted:
    """Check the triples of one source."""
    things = _things(triples)
    broken: list[Violation] = []
    elsewhere: set[tuple[Iri, Iri]] = set()
    for focus, thing in things.items():
        for kind in thing.get(RDF.type, ()):
            rules = _rules().get(Iri(kind))
            for check, value in rules.broken(focus, thing, things) if rules else ():
                if check.component == "class" and isinstance(value, Iri) and value not in things:
                    elsewhere.add((Iri(check.values[0]), value))
                else:
                    broken.append(Violation(focus, check.component, check.path, None if value is None else str(value), check.message))
    return Sifted(tuple(broken), frozenset(elsewhere))


def _things(triples: Iterable[Triple]) -> dict[Iri, Thing]:
    """Return predicates and values of each subject; a triple said twice counts once."""
    things: dict[Iri, Thing] = {}
    for subject, predicate, value in triples:
        thing = things.get(subject)
        if thing is None:
            thing = things[subject] = {}
        before = thing.get(predicate)
        if before is None:
            thing[predicate] = (value,)
        elif not any(type(value) is type(known) and value == known for known in before):
            thing[predicate] = (*before, value)
    return things


@dataclass(frozen=True, slots=True)
class Field:
    """What is asked of the values of one predicate: that there is one, that there is one only, and of each value."""

    path: Iri
    needed: Check | None
    single: Check | None
    tests: tuple[tuple[Check, Test], ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that is asked of the things of a class."""

    fields: tuple[Field, ...]
    whole: tuple[tuple[Check, WholeTest], ...]

    def broken(self, focus: Iri, thing: Thing, things: Things) -> Iterator[tuple[Check, Value | None]]:
        """Yield each broken check, with the value that breaks it where it is about one."""
        for field in self.fields:
            values = thing.get(field.path)
            if values is None:
                if field.needed:
                    yield field.needed, None
                continue
            if field.single and len(values) > 1:
                yield field.single, None
            for check, holds in field.tests:
                for value in values:
                    if not holds(value, thing, things):
                        yield check, value
        for check, holds_whole in self.whole:
            if not holds_whole(focus, thing, things):
                yield check, None


@cache
def _rules() -> dict[Iri, Rules]:
    """Return what is asked of each class; KeyError for a constraint of shapes.ttl that is not known here."""
    checks: dict[Iri, list[Check]] = {}
    for check in shapes.checks():
        for target in check.targets:
            checks.setdefault(target, []).append(check)
    return {target: _compiled(found) for target, found in checks.items()}


def _compiled(checks: list[Check]) -> Rules:
    fields = []
    for path in dict.fromkeys(check.path for check in checks if check.path):
        here = [check for check in checks if check.path == path]
        counts = {check.component: check for check in here}
        tests = tuple((check, _TESTS[check.component](check)) for check in here if check.component not in ("minCount", "maxCount"))
        fields.append(Field(path, counts.get("minCount"), counts.get("maxCount"), tests))
    return Rules(tuple(fields), tuple((check, _WHOLE[check.message]) for check in checks if check.path is None))


def _class(check: Check) -> Test:
    kind = Iri(check.values[0])
    return lambda value, thing, things: isinstance(value, Iri) and kind in things.get(value, _NOTHING).get(RDF.type, ())


def _datatype(check: Check) -> Test:
    kind = _TYPES[Iri(check.values[0])]
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
        return lambda value, thing, things: all(_comparable(value, o) and compare(value, o) for o in thing.get(other, ()))

    return test


def _comparable(one: Value, other: Value) -> bool:
    kinds = (type(one), type(other))
    return (kinds[0] is kinds[1] and kinds[0] is not Iri) or set(kinds) == {int, Decimal}


_NOTHING: Thing = {}
_TESTS: dict[str, Callable[[Check], Test]] = {
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
    return things.get(value, _NOTHING) if isinstance(value, Iri) else _NOTHING


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
    there, start, end = thing.get(holder, ()), thing.get(PK.start, ()), thing.get(PK.end, ())
    if not len(there) == len(start) == len(end) == 1:
        return False
    around = _reach(there[0], things)
    first, last = around.get(PK.start, ()), around.get(PK.end, ())
    if not len(first) == len(last) == 1:
        return False
    a, b, c, d = first[0], start[0], end[0], last[0]
    return type(a) is int and type(b) is int and type(c) is int and type(d) is int and a <= b and c <= d


def _parent_before(focus: Iri, thing: Thing, things: Things) -> bool:
    for parent, document, order in _values(thing, PK.parent, PK.document, PK.order):
        for other, before in _values(_reach(parent, things), PK.document, PK.order):
            if _differ(document, other) or (_comparable(before, order) and not _below(before, order)):
                return False
    return True


def _one_document(focus: Iri, thing: Thing, things: Things) -> bool:
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


_WHOLE: dict[str, WholeTest] = {
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
