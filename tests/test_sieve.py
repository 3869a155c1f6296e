"""The pass over triples gives the verdict of the SELECTs, and so that of pySHACL, on every kind of broken thing."""

from __future__ import annotations

from datetime import date

import pytest

from kg import parts, shapes, sieve
from kg.store import Store
from ontology.terms import PK, RDF, Iri, Triple
from tests.graphs import IRIS, graphs, reading
from tests.test_shapes import BROKEN, KINDS, SOUND, copy

Found = set[tuple[str, str, str | None]]


def sifted(triples: list[Triple]) -> Found:
    """Return the verdict of one pass over everything, what stands nowhere counted as broken."""
    found = sieve.sift(triples)
    registry = {s for s, _, _ in triples}
    missing = {thing for _, thing in found.elsewhere if thing not in registry}
    wrong = {(s, "class", p) for s, p, o in triples if o in missing and any(c.path == p and c.component == "class" for c in shapes.checks())}
    return {(v.focus, v.component, v.path) for v in found.broken} | wrong


def whole(edited: list[Triple]) -> list[Triple]:
    return [t for _, triples in graphs("sound") for t in triples] + edited


def ours(edited: list[Triple]) -> Found:
    store = Store.memory([*graphs("sound"), (IRIS.source("broken"), edited)])
    return {(v.focus, v.component, v.path) for v in shapes.violations(store, limit=1000)}


def test_a_sound_source_passes_but_for_the_bodies_it_names() -> None:
    found = sieve.sift(SOUND)
    assert not found.broken
    assert {kind for kind, _ in found.elsewhere} == {PK.Agency}
    assert {thing for _, thing in found.elsewhere} <= {s for _, triples in graphs("sound") for s, _, _ in triples}


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row[0])
def test_same_verdict_on_each_kind(row: tuple[str, Iri, object, str]) -> None:
    _, kind, edit, component = row
    broken = edit(copy(kind, "x"))  # type: ignore[operator]
    verdict = sifted(whole(broken))
    assert verdict == ours(broken)
    assert component in {c for _, c, _ in verdict}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.rpartition("#")[2])
def test_same_verdict_with_any_one_triple_left_out(kind: Iri) -> None:
    triples = copy(kind, "x")
    for i in range(len(triples)):
        rest = triples[:i] + triples[i + 1 :]
        assert sifted(whole(rest)) == ours(rest)


def test_said_twice_counts_once() -> None:
    assert sieve.sift([*SOUND, *SOUND]) == sieve.sift(SOUND)


def test_what_comes_back_from_a_store_is_what_went_in() -> None:
    store = Store.memory([(IRIS.source("sound"), SOUND)])
    assert set(store.triples(IRIS.source("sound"))) == set(SOUND)
    assert sieve.sift(store.triples(IRIS.source("sound"))) == sieve.sift(SOUND)


@pytest.mark.parametrize("row", BROKEN, ids=lambda row: row[0])
def test_same_verdict_on_a_store(row: tuple[str, Iri, object, str]) -> None:
    _, kind, edit, _ = row
    store = Store.memory([(IRIS.source("broken"), whole(edit(copy(kind, "x"))))])  # type: ignore[operator]
    triples = list(store.triples(IRIS.source("broken")))
    assert sifted(triples) == ours(edit(copy(kind, "x")))  # type: ignore[operator]


def test_a_literal_of_a_foreign_datatype_is_no_string() -> None:
    store = Store.memory()
    store.inner.update(
        "INSERT DATA { GRAPH <urn:g> { <urn:x> a <https://w3id.org/policykg/ns#Agency> ; <https://w3id.org/policykg/ns#name> 'x'@zh ;"
        " <http://www.w3.org/2000/01/rdf-schema#label> 'abc'^^<http://www.w3.org/2001/XMLSchema#integer> } }"
    )
    found = sieve.sift(store.triples(Iri("urn:g")))
    assert {(v.component, str(v.path).rpartition("#")[2]) for v in found.broken} == {("datatype", "name"), ("datatype", "label")}
    assert {(v.focus, v.component, v.path) for v in found.broken} == {(v.focus, v.component, v.path) for v in shapes.violations(store)}


def test_links_have_the_verdict_of_the_selects() -> None:
    document = IRIS.document(reading("sound").documents[0].id)
    reference = next(s for s, p, o in SOUND if (p, o) == (RDF.type, PK.Reference))
    clause = next(s for s, p, o in SOUND if (p, o) == (RDF.type, PK.Clause))
    nowhere = IRIS.document("nowhere")
    standing = {s: o for s, p, o in SOUND if p == RDF.type and o in (PK.Document, PK.Clause) and isinstance(o, Iri)}
    sound: list[Triple] = [(reference, PK.target, clause), (document, PK.policy, "甲〔2030〕1号"), (document, PK.effectiveDerived, date(2030, 1, 1))]
    for wrong in [], [(reference, PK.target, nowhere)], [(document, PK.copyOf, nowhere)], [(document, PK.policy, "")], [(document, PK.expiresDerived, "明年")]:
        linked = [*(t for t in sound if t[1] not in {p for _, p, _ in wrong}), *wrong]
        store = Store.memory([*graphs("sound"), (IRIS.links, linked)])
        asked = shapes.violations(store, about={p for _, p, _ in linked})
        assert len(parts.broken_links(standing, linked)) == len(asked) == len(wrong)
