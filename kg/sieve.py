"""The constraints of shapes.ttl over one source's triples, in one pass and without a store: what an ingest checks.

``kg.shapes`` asks the same of a whole store; tests hold the two and pySHACL to one verdict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg import shapes
from kg.constraints import NOTHING, TESTS, TYPES, WHOLES, Test, WholeTest
from kg.shapes import Check, Violation
from ontology import rdf
from ontology.rdf import Thing, Things
from ontology.terms import RDF, Iri, Triple, Value


@dataclass(frozen=True, slots=True)
class Sifted:
    """What breaks the shapes, and the things of a class that a source speaks of and does not hold itself: they must stand elsewhere."""

    broken: tuple[Violation, ...]
    elsewhere: frozenset[tuple[Iri, Iri]]  # class, thing


def sift(triples: Iterable[Triple]) -> Sifted:
    """Check the triples of one source."""
    return sift_things(rdf.grouped(triples))


def sift_things(things: Things, about: Collection[Iri] = ()) -> Sifted:
    """Check what one source says of each thing; with ``about`` only what is said with these predicates."""
    broken: list[Violation] = []
    elsewhere: set[tuple[Iri, Iri]] = set()
    rules_of = {kind: rules.only(about) for kind, rules in _rules().items()} if about else _rules()
    for focus, thing in things.items():
        for kind in thing.get(RDF.type, ()):
            rules = rules_of.get(kind) if isinstance(kind, Iri) else None
            if rules is None or rules.hold(focus, thing, things, elsewhere):
                continue
            for check, value in rules.broken(focus, thing, things):
                if check.component == "class" and isinstance(value, Iri) and value not in things:
                    elsewhere.add((Iri(check.values[0]), value))
                else:
                    broken.append(Violation(focus, check.component, check.path, None if value is None else str(value), check.message))
    return Sifted(tuple(broken), frozenset(elsewhere))


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
    # What ``hold`` asks: the predicates that must be there, the class of what a predicate points to, the other tests by predicate.
    needed: frozenset[Iri]
    classes: tuple[tuple[Iri, Iri], ...]
    quick: Mapping[Iri, tuple[Test, ...]]

    def hold(self, focus: Iri, thing: Thing, things: Things, elsewhere: set[tuple[Iri, Iri]]) -> bool:
        """Say whether nothing is broken, as of nearly every thing; not of one with several values. Things pointed to that are not there are noted."""
        if not self.needed <= thing.keys():
            return False
        for path, kind in self.classes:
            for value in thing.get(path, ()):
                there = things.get(value) if type(value) is Iri else NOTHING
                if there is None:
                    elsewhere.add((kind, value))  # type: ignore[arg-type]
                elif kind not in there.get(RDF.type, ()):
                    return False
        quick = self.quick
        for path, values in thing.items():
            if (tests := quick.get(path)) is not None:
                if len(values) > 1:
                    return False
                for holds in tests:
                    if not holds(values[0], thing, things):
                        return False
        return all(holds(focus, thing, things) for _, holds in self.whole)

    def only(self, about: Collection[Iri]) -> Rules:
        """Return what is asked about these predicates."""
        return _made([field for field in self.fields if field.path in about], [(check, test) for check, test in self.whole if check.asks(about)])

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
        tests = tuple((check, TESTS[check.component](check)) for check in here if check.component not in ("minCount", "maxCount"))
        fields.append(Field(path, counts.get("minCount"), counts.get("maxCount"), tests))
    return _made(fields, [(check, WHOLES[check.message]) for check in checks if check.path is None])


def _made(fields: Sequence[Field], whole: Sequence[tuple[Check, WholeTest]]) -> Rules:
    needed = frozenset(field.path for field in fields if field.needed)
    classes = tuple((field.path, Iri(check.values[0])) for field in fields for check, _ in field.tests if check.component == "class")
    return Rules(tuple(fields), tuple(whole), needed, classes, {field.path: _quick(field) for field in fields})


def _quick(field: Field) -> tuple[Test, ...]:
    """Return the tests of a field's one value, but for its class; what has a class is an IRI, and the commonest pairs are one test."""
    tests = {check.component: (check, test) for check, test in field.tests}
    if tests.pop("class", None):
        tests.pop("nodeKind", None)
    kind = TYPES[Iri(tests["datatype"][0].values[0])] if "datatype" in tests else None
    first: list[Test] = []
    if kind is str and "minLength" in tests:
        least = int(tests["minLength"][0].values[0])
        first.append(lambda value, thing, things: type(value) is str and len(value) >= least)
        del tests["datatype"], tests["minLength"]
    elif kind is int and "minInclusive" in tests:
        lowest = int(tests["minInclusive"][0].values[0])
        first.append(lambda value, thing, things: type(value) is int and value >= lowest)
        del tests["datatype"], tests["minInclusive"]
    return (*first, *(test for _, test in tests.values()))
