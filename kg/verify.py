"""``policykg check``: the shapes hold, every quote equals its source, and graph, tables, words and vectors speak of the same things."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.flow import squash
from kg import shapes, sieve, sparql, tables
from kg.shelf import Shelf
from ontology.terms import RDF, Iri

# Faults listed by name; more are counted.
LISTED = 20


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: lines for people, and every fault."""

    lines: tuple[str, ...]
    faults: tuple[str, ...]


_CLASSES = {"documents": "Document", "clauses": "Clause", "amounts": "Amount", "responsibilities": "Duty", "references": "Reference"} | {
    "definitions": "Definition",
    "deadlines": "Deadline",
    "norms": "Norm",
    "agencies": "Agency",
}


def verify(shelf: Shelf) -> Verdict:
    """Check a build and return what was found."""
    broken = tuple(f"形状：{b}" for b in misshapen(shelf))
    quotes, checked = wrong_quotes(shelf)
    steps = out_of_step(shelf)
    counts = shelf.manifest.counts
    lines = [f"构建 {shelf.manifest.generation}（{shelf.manifest.built}），来源 {len(shelf.manifest.sources)} 个："]
    lines += [f"  {e.source}" for e in shelf.manifest.sources]
    lines += [f"{name} {counts.get(name, 0)}" for name in _CLASSES]
    lines += [f"三元组 {shelf.store.count()}", f"形状：{'全部符合' if not broken else f'{len(broken)} 处不符'}"]
    lines += [f"引文：{checked - len(quotes)}/{checked} 与原文一致", f"图谱、数据表、词语、向量：{'一致' if not steps else '不一致'}"]
    faults = (*broken, *quotes, *steps)
    return Verdict((*lines, *faults[:LISTED]), faults)


def misshapen(shelf: Shelf) -> tuple[str, ...]:
    """Return what breaks the shapes: graph by graph in one pass each, what links say by query."""
    broken: list[str] = []
    elsewhere: set[tuple[Iri, Iri]] = set()
    for graph in shelf.store.graphs():
        if graph == shelf.iris.links:
            about = frozenset(predicate for _, predicate, _ in shelf.store.triples(graph))
            broken += map(str, shapes.violations(shelf.store, about=about))
            continue
        found = sieve.sift(shelf.store.triples(graph))
        broken += map(str, found.broken)
        elsewhere |= found.elsewhere
    broken += [f"所指不在库中：{thing}" for kind, thing in sorted(elsewhere) if not shelf.store.holds(thing, RDF.type, kind)]
    return tuple(broken)


def wrong_quotes(shelf: Shelf) -> tuple[tuple[str, ...], int]:
    """Return the facts whose quote differs from their source's span, and how many were compared."""
    texts = {source: shelf.text(source) or "" for source in shelf.sources()}
    wrong = []
    checked = 0
    for table in (*tables.FACTS, tables.CLAUSES):
        key, words = ("clause", "text") if table is tables.CLAUSES else ("id", "quote")
        for iri, quote, source, start, end in shelf.select(f'SELECT {key}, {words}, source, start, "end" FROM "{table.name}"'):
            checked += 1
            if squash(texts[str(source)][int(str(start)) : int(str(end))]) != quote or not quote:
                wrong.append(f"引文与原文不符：{iri}")
    return tuple(wrong), checked


def out_of_step(shelf: Shelf) -> tuple[str, ...]:
    """Return what the parts of the build disagree about."""
    out = []
    for name, kind in _CLASSES.items():
        rows = int(str(shelf.select(f'SELECT count(*) FROM "{name}"')[0][0]))
        query = f"PREFIX pk: <https://w3id.org/policykg/ns#> SELECT (COUNT(?x) AS ?n) WHERE {{ ?x a pk:{kind} }}"
        nodes = next(iter(sparql.run(shelf.store, query))).need("n", int)
        if rows != nodes:
            out.append(f"{name}：数据表 {rows}，图谱 {nodes}")
    clauses = {str(r[0]) for r in shelf.select("SELECT clause FROM clauses")}
    for what, have in (("词语索引", shelf.words.clauses()), ("向量索引", shelf.vectors.clauses())):
        if have != clauses:
            out.append(f"{what}与数据表相差 {len(have ^ clauses)} 条")
    return tuple(out)
