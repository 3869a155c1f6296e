"""What a batch of sources gives to every part of a build; batches are worked through side by side and come back in order."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from ingest import files
from ingest.read import read
from kg import counting, loader, nursery, sieve, tables
from kg.lexical import Counted, Entry
from kg.manifest import Entry as SourceEntry
from kg.manifest import Refusal
from kg.readings import Cache
from kg.shapes import Violation
from kg.skeletons import Skeleton, pack, unpack
from kg.vectors import encoder as encoders
from kg.vectors.encoder import Encoder, Vectors
from ontology import rdf
from ontology.iris import FactKind, Iris
from ontology.records import Reading, Source
from ontology.terms import PK, Iri

# Bytes of source files in a batch: what one worker holds at a time, some twenty times as much in memory. No worker has long to wait for the last one.
BATCH = 1 << 19
# What a reader reads before its first batch: a little of everything.
_SAMPLE = """示例市科学技术局关于印发《示例市科技创新券管理办法》的通知
示科字〔2024〕3号
各有关单位：
第一章 总则
第一条 为支持科技型企业，根据《中华人民共和国科学技术进步法》第三十二条，制定本办法。
第二条 本办法所称创新券，是指用于购买科技服务的凭证。市财政局负责资金拨付，各区配合。
第三条 企业应当自收到通知之日起十五个工作日内提交材料；不得重复申报。
第四条 对符合条件的企业，按照不超过实际支出的30%给予补助，最高不超过一千零五十点五万元。
第五条 本办法自2024年5月1日起施行，有效期三年。
示例市科学技术局
2024年4月1日
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sources to read, where their readings are kept, and what IRIs and vectors are made with."""

    entries: tuple[SourceEntry, ...]
    readings: Path
    base: str
    embedding: str | None


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a batch gives: one entry, skeleton and rows a source that could be read, and the rest for all of them together."""

    entries: tuple[SourceEntry, ...]
    refused: tuple[Refusal, ...]
    dropped: tuple[str, ...]  # facts left out because they break a shape, a line each
    packed: tuple[Skeleton, ...]  # what linking needs
    rows: tuple[tables.Rows, ...]
    graph: bytes  # TriG
    bodies: frozenset[str]  # names of all bodies
    named: frozenset[Iri]  # bodies that the graph speaks of
    words: tuple[Counted, ...]
    vectors: Vectors  # one row for each of ``words``

    @property
    def skeletons(self) -> tuple[Reading, ...]:
        """The readings without text, headings, and facts but references."""
        return unpack(self.packed)


# Works batches through wherever it likes and gives their harvests in order.
Crew = Callable[[Sequence[Batch]], Iterator[Harvest]]


def batches(entries: Sequence[SourceEntry], readings: Path, base: str, embedding: str | None) -> list[Batch]:
    """Cut sources into batches; where the cuts fall depends on the sources alone."""
    out: list[list[SourceEntry]] = []
    size = BATCH
    for entry in entries:
        if size >= BATCH:
            out.append([])
            size = 0
        out[-1].append(entry)
        size += entry.size
    return [Batch(tuple(part), readings, base, embedding) for part in out]


def gather(work: Sequence[Batch], workers: int) -> Iterator[Harvest]:
    """Yield the harvest of each batch in order, with so many processes; a single batch or worker needs none."""
    if workers < 2 or len(work) < 2:
        yield from map(reap, work)
        return
    readers = nursery.taken(min(workers, len(work)), work[0].embedding)
    ahead: deque[Future[Harvest]] = deque()
    ended = False
    try:
        for batch in work:
            ahead.append(readers.submit(batch))
            # One more than there are workers, so that none waits while the caller writes.
            if len(ahead) > workers + 1:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
        ended = True
    finally:
        # Readers that have given everything end by themselves while the caller goes on.
        readers.close(wait=not ended)


def ready(embedding: str | None) -> None:
    """Load what every batch needs and keep it: lexicons, dictionary, tables of the shipped embedding."""
    iris = Iris("urn:sample/")
    # The first reading of a JSON file builds what checks one.
    Cache(Path()).get("sample", "")
    graph, _ = sound(read(Source("sample", "", _SAMPLE)), iris)
    list(counting.counted([*searched(iris, graph.reading)]))
    if embedding is None:
        encoder(None).encode([_SAMPLE] * (encoders.MANY + 1))


def reap(batch: Batch) -> Harvest:
    """Read a batch, from kept readings where there are any, and make everything that depends on its sources alone."""
    cache = Cache(batch.readings)
    known: list[tuple[SourceEntry, Reading]] = []
    refused = []
    for entry in batch.entries:
        found = read_one(cache, entry)
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            known.append((replace(entry, sha256=found.source.sha256), found))
    iris = Iris(batch.base)
    graphs: list[tuple[SourceEntry, _Graph]] = []
    dropped: list[str] = []
    for entry, reading in known:
        graph, without = sound(reading, iris)
        if graph.broken:
            refused.append(Refusal(entry.source, f"读出的内容不合形状约束：{graph.broken[0]}", entry.sha256))
        else:
            graphs.append((entry, graph))
            dropped += without
    readings = [graph.reading for _, graph in graphs]
    entries = [entry for reading in readings for entry in searched(iris, reading)]
    return Harvest(
        entries=tuple(entry for entry, _ in graphs),
        refused=tuple(refused),
        dropped=tuple(dropped),
        packed=tuple(map(pack, readings)),
        rows=tuple(tables.of_reading(iris, reading) for reading in readings),
        graph=b"".join(loader.trig(iris.source(graph.reading.source.path), graph.things) for _, graph in graphs),
        bodies=frozenset(name for reading in readings for name in _bodies(reading)),
        named=frozenset(body for _, graph in graphs for body in graph.named),
        words=tuple(counting.counted(entries)),
        vectors=encoder(batch.embedding).encode([f"{e.title} {e.heading} {e.text}" for e in entries]) if entries else np.zeros((0, 0), np.float32),
    )


@contextmanager
def unhurried() -> Iterator[None]:
    """Have Python look for circles of garbage less often: over a quarter of a million triples its looks cost more than making them."""
    before = gc.get_threshold()
    gc.set_threshold(*nursery.COLLECT)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def read_one(cache: Cache, entry: SourceEntry) -> Reading | Refusal:
    """Return the reading of a source, kept from before or made now, or why there is none; OSError where it cannot be kept."""
    kept = cache.get(entry.source, entry.sha256)
    if kept is not None:
        return kept
    try:
        reading = read(files.read(Path(entry.file), entry.source))
    except files.Unreadable as error:
        return Refusal(error.name, error.reason, entry.sha256)
    except OSError as error:
        return Refusal(entry.source, error.strerror or str(error))
    except (ArithmeticError, LookupError, ValueError, RecursionError, TypeError) as error:
        # A text that a recogniser stumbles over must not cost the other files.
        return Refusal(entry.source, f"读取时出错（{type(error).__name__}：{' '.join(str(error).split())[:200]}）", entry.sha256)
    cache.put(reading)
    return reading


def searched(iris: Iris, reading: Reading) -> Iterator[Entry]:
    """Yield what is searched: every clause with the words of its title and of the headings above it."""
    for document in reading.documents:
        trails = tables.headings_above(clause for clause, _ in reading.clauses[document.id])
        owner = str(iris.document(document.id))
        for clause, _ in reading.clauses[document.id]:
            text = rdf.squash(reading.source.text[clause.span.start : clause.span.end])
            if clause.header:
                text = f"{' '.join(clause.header)} {text}"
            yield Entry(str(iris.clause(document.id, clause.key)), owner, reading.source.path, document.title, " ".join(trails[clause.key]), text)


@dataclass(frozen=True, slots=True)
class _Graph:
    """A reading with what it says, what of it breaks the shapes, and the bodies that must stand in the registry."""

    reading: Reading
    things: rdf.Things
    broken: tuple[Violation, ...]
    named: frozenset[Iri]


def _graph(reading: Reading, iris: Iris) -> _Graph:
    things = rdf.things(reading, iris)
    found = sieve.sift_things(things)
    outside = (Violation(thing, "class", None, None, "不在本来源中") for kind, thing in found.elsewhere if kind != PK.Agency)
    return _Graph(reading, things, (*found.broken, *outside), frozenset(thing for kind, thing in found.elsewhere if kind == PK.Agency))


def sound(reading: Reading, iris: Iris) -> tuple[_Graph, tuple[str, ...]]:
    """Return the graph of a source without the facts that break a shape, and a line on each of these; ``broken`` is what breaks one even so."""
    graph = _graph(reading, iris)
    dropped: list[str] = []
    while graph.broken:
        bad = {Iri(violation.focus) for violation in graph.broken}
        without = _without(graph.reading, bad, iris)
        if without == graph.reading:
            break
        dropped += [f"{reading.source.path}：{violation}" for violation in graph.broken]
        graph = _graph(without, iris)
    return graph, tuple(dropped)


def _without(reading: Reading, bad: set[Iri], iris: Iris) -> Reading:
    """Return a reading without the facts of these IRIs."""
    clauses = {}
    for key, pairs in reading.clauses.items():
        kept = []
        for clause, facts in pairs:
            of = iris.clause(key, clause.key)
            left = {name: tuple(x for n, x in enumerate(getattr(facts, name), 1) if iris.fact(of, kind, n) not in bad) for name, kind in _KINDS.items()}
            kept.append((clause, replace(facts, **left)))
        clauses[key] = tuple(kept)
    return replace(reading, clauses=clauses)


_KINDS: dict[str, FactKind] = {
    "amounts": "amount",
    "mentions": "mention",
    "responsibilities": "duty",
    "references": "reference",
    "definitions": "definition",
    "deadlines": "deadline",
    "norms": "norm",
}


def _bodies(reading: Reading) -> Iterator[str]:
    for document in reading.documents:
        yield from document.issuers
    for pairs in reading.clauses.values():
        for _, facts in pairs:
            yield from (m.agency for m in facts.mentions)
            yield from (r.agency for r in facts.responsibilities)


@cache
def encoder(embedding: str | None) -> Encoder:
    """Return the encoder of a model, loaded once a process."""
    return encoders.load(embedding)
