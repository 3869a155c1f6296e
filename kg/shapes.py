"""The constraints of ontology/shapes.ttl, run as SELECTs in the store: one source of truth for pySHACL and for us.

Knows the part of SHACL that shapes.ttl uses; a constraint that it does not know is an error, not a constraint left out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kg import sparql
from kg.store import Store
from ontology.terms import PK_NS, RDF, Iri

SH = "http://www.w3.org/ns/shacl#"
_FIRST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#first")
_REST = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#rest")

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True, slots=True)
class Check:
    """One constraint as the pattern that holds where it is broken; ``this`` is the thing, ``value`` what is wrong, if one value is."""

    targets: tuple[Iri, ...]
    component: str  # local name of the SHACL parameter, e.g. minCount
    path: Iri | None
    message: str
    pattern: str
    prologue: str = ""
    values: tuple[str, ...] = ()  # the parameter as text: a number, an IRI, the members of a list

    def asks(self, about: Iterable[Iri]) -> bool:
        """Say whether the constraint is about one of these predicates."""
        return any(sparql.spelled(p) in self.pattern or p.replace(PK_NS, "pk:") in self.pattern for p in about)

    def query(self, graphs: Iterable[Iri], limit: int) -> str:
        """Return the SELECT over things whose type is stated in one of the graphs, or anywhere where there are none."""
        homes = " ".join(sparql.spelled(graph) for graph in graphs)
        types = " ".join(sparql.spelled(target) for target in self.targets)
        where = f"VALUES ?home {{ {homes} }} " if homes else ""
        stated = f"VALUES ?type {{ {types} }} GRAPH ?home {{ ?this {sparql.spelled(RDF.type)} ?type }}"
        return f"{self.prologue}SELECT DISTINCT ?this ?value WHERE {{ {where}{stated} {self.pattern} }} LIMIT {limit}"


@dataclass(frozen=True, slots=True)
class Violation:
    """A thing that breaks a constraint; value is what is wrong where the constraint is about one value."""

    focus: str
    component: str
    path: Iri | None
    value: str | None
    message: str

    def __str__(self) -> str:
        return f"{self.message}：{self.focus}" + ("" if self.value is None else f"（{self.value[:80]}）")


def violations(store: Store, graphs: Iterable[Iri] = (), *, about: Collection[Iri] = (), limit: int = 20) -> tuple[Violation, ...]:
    """Return what breaks the shapes, at most ``limit`` for each constraint, sorted by shape and path.

    ``graphs`` are where the things are stated, ``about`` the predicates whose constraints are asked; none named is all.
    """
    wanted = tuple(graphs)
    asked = [check for check in checks() if not about or check.asks(about)]
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as workers:
        found = workers.map(lambda check: _broken(store, check, wanted, limit), asked)
        return tuple(violation for part in found for violation in part)


def _broken(store: Store, check: Check, graphs: tuple[Iri, ...], limit: int) -> list[Violation]:
    rows = sparql.run(store, check.query(graphs, limit))
    pairs = [(row.need("this", str), row.get("value", object)) for row in rows]
    return [Violation(this, check.component, check.path, None if value is None else str(value), check.message) for this, value in pairs]


@cache
def checks() -> tuple[Check, ...]:
    """Return every constraint of shapes.ttl; ValueError for a parameter that is not known here."""
    graph = ox.Dataset(ox.parse(files("ontology").joinpath("shapes.ttl").read_bytes(), format=ox.RdfFormat.TURTLE))
    shapes = _Shapes(graph)
    return tuple(check for shape in shapes.nodes() for check in shapes.checks(shape))


class _Shapes:
    """Reads shapes from parsed Turtle."""

    def __init__(self, graph: ox.Dataset) -> None:
        self.graph = graph

    def nodes(self) -> list[Node]:
        """Return the node shapes by name."""
        kind = ox.NamedNode(SH + "NodeShape")
        found = [quad.subject for quad in self.graph.quads_for_object(kind)]
        return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=str)

    def checks(self, shape: Node) -> Iterable[Check]:
        """Yield the constraints of one node shape."""
        targets = tuple(sorted(Iri(_value(term)) for term in self._objects(shape, "targetClass")))
        for node in sorted(self._nodes(shape, "property"), key=lambda n: _value(self._one(n, "path"))):
            path = Iri(_value(self._one(node, "path")))
            message = _value(self._one(node, "message"))
            for name, term in self._parameters(node):
                values = tuple(map(_value, self.members(term) if isinstance(term, ox.BlankNode) else [term]))
                yield Check(targets, name, path, message, _PATTERNS[name](sparql.spelled(path), self, term), values=values)
        for node in sorted(self._nodes(shape, "sparql"), key=lambda n: _value(self._one(n, "message"))):
            select = _value(self._one(node, "select"))
            body = select[select.index("{") + 1 : select.rindex("}")].replace("$this", "?this")
            yield Check(targets, "sparql", None, _value(self._one(node, "message")), body, f"PREFIX pk: <{PK_NS}> ")

    def members(self, head: Term) -> list[Term]:
        """Return the members of an RDF list."""
        found: list[Term] = []
        while isinstance(head, ox.BlankNode):
            rest: Term = head
            for quad in self.graph.quads_for_subject(head):
                if quad.predicate == _FIRST:
                    found.append(quad.object)
                elif quad.predicate == _REST:
                    rest = quad.object
            head = rest
        return found

    def _parameters(self, node: Node) -> list[tuple[str, Term]]:
        found = [(quad.predicate.value.removeprefix(SH), quad.object) for quad in self.graph.quads_for_subject(node)]
        found = sorted((pair for pair in found if pair[0] not in ("path", "message")), key=lambda pair: pair[0])
        if unknown := [name for name, _ in found if name not in _PATTERNS]:
            raise ValueError(f"shapes.ttl uses what kg/shapes.py does not know: {', '.join(unknown)}")
        return found

    def _objects(self, node: Node, name: str) -> list[Term]:
        predicate = ox.NamedNode(SH + name)
        return [quad.object for quad in self.graph.quads_for_subject(node) if quad.predicate == predicate]

    def _nodes(self, node: Node, name: str) -> list[Node]:
        return [term for term in self._objects(node, name) if isinstance(term, Node)]

    def _one(self, node: Node, name: str) -> Term:
        (term,) = self._objects(node, name)
        return term


def _value(term: Term) -> str:
    if isinstance(term, ox.Triple):
        raise TypeError("a triple where a term is expected")
    return term.value


def _each(condition: str) -> Callable[[str, _Shapes, Term], str]:
    """Return the pattern over each value of the path; {0} is the parameter."""
    return lambda path, shapes, term: f"?this {path} ?value . FILTER({condition.format(str(term))})"


def _paired(operator: str) -> Callable[[str, _Shapes, Term], str]:
    """Return the pattern over each value beside each value of another predicate; what cannot be compared is broken too."""
    return lambda path, shapes, term: f"?this {path} ?value ; {term} ?other . FILTER(!COALESCE(?value {operator} ?other, false))"


def _few(path: str, shapes: _Shapes, term: Term) -> str:
    if _value(term) != "1":
        raise ValueError("sh:minCount other than 1")
    return f"FILTER NOT EXISTS {{ ?this {path} ?any }}"


def _many(path: str, shapes: _Shapes, term: Term) -> str:
    if _value(term) != "1":
        raise ValueError("sh:maxCount other than 1")
    return f"?this {path} ?one , ?two . FILTER(!sameTerm(?one, ?two))"


def _in(path: str, shapes: _Shapes, term: Term) -> str:
    allowed = " && ".join(f"!sameTerm(?value, {member})" for member in shapes.members(term))
    return f"?this {path} ?value . FILTER({allowed})"


def _kind(path: str, shapes: _Shapes, term: Term) -> str:
    if _value(term) != SH + "IRI":
        raise ValueError("sh:nodeKind other than sh:IRI")
    return f"?this {path} ?value . FILTER(!isIRI(?value))"


def _class(path: str, shapes: _Shapes, term: Term) -> str:
    return f"?this {path} ?value . FILTER NOT EXISTS {{ ?value {sparql.spelled(RDF.type)} {term} }}"


_PATTERNS: dict[str, Callable[[str, _Shapes, Term], str]] = {
    "minCount": _few,
    "maxCount": _many,
    "in": _in,
    "nodeKind": _kind,
    "class": _class,
    "datatype": _each("!isLiteral(?value) || DATATYPE(?value) != {0}"),
    "minLength": _each("isBlank(?value) || STRLEN(STR(?value)) < {0}"),
    "pattern": _each("isBlank(?value) || !REGEX(STR(?value), {0})"),
    "minInclusive": _each("!COALESCE(?value >= {0}, false)"),
    "minExclusive": _each("!COALESCE(?value > {0}, false)"),
    "lessThan": _paired("<"),
    "lessThanOrEquals": _paired("<="),
}
