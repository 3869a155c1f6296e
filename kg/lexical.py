"""The lexical index: BM25 over words and character bigrams, on disk, one source replaced in one commit."""

from __future__ import annotations

import math
import shutil
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import tantivy

from ingest.words import terms
from kg.errors import BuildDamaged, BuildMissing, PolicyKGError
from kg.store import link_or_copy

# A document whose five best clauses fit well lends this share of their mean to each of its clauses. Measured on the retrieval
# benchmark's train questions: nDCG@10 .399 → .408, Recall@30 .584 → .608; 0.4 and 1.2 are no better.
PRIOR = 0.8
PRIOR_DEPTH = 5
# The prior is computed inside this many hits; 1,000 gain nothing in nDCG@10 and cost three times as long.
POOL = 200
# More documents than these are not looked for by a filter; so many times as many hits are read first.
MANY = 300
MORE = 2
# Words of the heading and of the headings above count this much more.
HEADING_BOOST = 0.5
# Bytes of the writer's buffer; tantivy asks for at least 15 MB a thread.
HEAP = 64_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause to index: its IRI (or key), its document's id, the source that both come from, and its words."""

    clause: str
    document: str
    source: str
    title: str
    heading: str
    text: str


class Counted(NamedTuple):
    """A clause with the terms that the index counts, separated by spaces: of all its words, and of its headings alone.

    A tuple, since these travel between processes.
    """

    clause: str
    document: str
    source: str
    body: str
    head: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found, with its BM25 score and the share of its document added."""

    clause: str
    document: str
    score: float


class LexicalIndex:
    """An opened index; it never writes and takes no lock."""

    def __init__(self, index: tantivy.Index) -> None:
        index.config_reader("manual")
        index.reload()
        self._schema = index.schema
        self._searcher = index.searcher()
        # An answer weighs some 1,500 words, most of them again and again.
        self.rarity = lru_cache(maxsize=65536)(self._rarity)

    @classmethod
    def open(cls, path: Path) -> LexicalIndex:
        """Open the index of a folder; BuildMissing where there is none, BuildDamaged where it cannot be read."""
        if not (path / "meta.json").is_file():
            raise BuildMissing(f"{path} 中没有词语索引，请先运行 policykg ingest。")
        try:
            return cls(tantivy.Index.open(str(path)))
        except ValueError as error:
            raise BuildDamaged(f"{path} 中的词语索引无法读取（{error}），请删除构建目录后重新运行 policykg ingest。") from error

    def __len__(self) -> int:
        """Return the number of clauses."""
        return int(self._searcher.num_docs)

    def search(
        self, query: str, limit: int = 30, *, documents: Collection[str] | None = None, clauses: Collection[str] | None = None, prior: float = PRIOR
    ) -> list[Hit]:
        """Return the best clauses for a text, best first, of the given documents and clauses only where these are given."""
        depth = max(limit, POOL)
        counted = Counter(terms(query))
        if documents is not None and clauses is None and len(documents) > MANY:
            # A filter of thousands of documents costs more than the hits that it lets through, found without it.
            ahead = self._hits(self._query(counted, None, None), MORE * depth)
            inside = [hit for hit in ahead if hit.document in documents][:depth]
            if len(inside) == depth or len(ahead) < MORE * depth:
                return with_prior(inside, prior)[:limit]
        return with_prior(self._hits(self._query(counted, documents, clauses), depth), prior)[:limit]

    def _hits(self, asked: tantivy.Query | None, depth: int) -> list[Hit]:
        """Return the best clauses for a query, best first; none for None."""
        if asked is None:
            return []
        hits = []
        for score, address in self._searcher.search(asked, depth, count=False).hits:
            stored = self._searcher.doc(address)
            hits.append(Hit(stored["clause"][0], stored["document"][0], float(score)))
        return hits

    def matched(self, query: str, text: str) -> list[str]:
        """Return the words of the query that stand in the text, rarest first: the reason for a hit."""
        stands = set(terms(text))
        shared = [word for word in dict.fromkeys(terms(query)) if word in stands]
        return sorted(shared, key=lambda word: (self._searcher.doc_freq("body", word), -len(word)))

    def _rarity(self, word: str) -> float:
        """Return the natural logarithm of clauses per clause that holds the word: 0 for one in every clause; the word is a term of the index."""
        return math.log((1 + len(self)) / (1 + int(self._searcher.doc_freq("body", word))))

    def clauses(self) -> frozenset[str]:
        """Return the key of every clause in the index."""
        everything = self._searcher.search(tantivy.Query.all_query(), max(len(self), 1), count=False).hits
        return frozenset(str(self._searcher.doc(address)["clause"][0]) for _, address in everything)

    def _query(self, wanted: Counter[str], documents: Collection[str] | None, clauses: Collection[str] | None) -> tantivy.Query | None:
        """Return the query for the wanted terms, None where nothing can be found."""
        if not wanted or (documents is not None and not documents) or (clauses is not None and not clauses):
            return None
        parts = []
        for term, times in wanted.items():
            for name, weight in (("body", 1.0), ("head", HEADING_BOOST)):
                one = tantivy.Query.term_query(self._schema, name, term, "freq")
                boost = times * weight
                parts.append((tantivy.Occur.Should, one if boost == 1 else tantivy.Query.boost_query(one, boost)))
        query = tantivy.Query.boolean_query(parts)
        for name, allowed in (("document", documents), ("clause", clauses)):
            if allowed is not None:
                among = tantivy.Query.boost_query(tantivy.Query.term_set_query(self._schema, name, list(allowed)), 0.0)
                query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)])
        return query


def with_prior(hits: Sequence[Hit], prior: float = PRIOR) -> list[Hit]:
    """Return the hits with a share of their document's five best added (missing ones count as zero), best first; the input is best first."""
    best: defaultdict[str, list[float]] = defaultdict(list)
    for hit in hits:
        if len(best[hit.document]) < PRIOR_DEPTH:
            best[hit.document].append(hit.score)
    share = {document: prior * sum(scores) / PRIOR_DEPTH for document, scores in best.items()}
    lifted = [Hit(hit.clause, hit.document, hit.score + share[hit.document]) for hit in hits]
    return sorted(lifted, key=lambda hit: (-hit.score, hit.clause))


def build(path: Path, entries: Iterable[Entry]) -> None:
    """Write a new index of the entries into an empty or missing folder."""
    writer = Writer(path)
    writer.add(map(count, entries))
    writer.commit()


def count(entry: Entry) -> Counted:
    """Return the terms of a clause: those of its title, its headings and its own words."""
    head = spaced(entry.heading)
    body = " ".join(filter(None, (spaced(entry.title), head, " ".join(terms(entry.text)))))
    return Counted(entry.clause, entry.document, entry.source, body, head)


# A document's title and headings stand over many clauses.
@lru_cache(maxsize=4096)
def spaced(text: str) -> str:
    """Return the terms of a text, separated by spaces."""
    return " ".join(terms(text))


def replace(path: Path, entries: Iterable[Entry], sources: Collection[str]) -> None:
    """Take out everything of the named sources and put the entries in, in one commit; the folder is made where missing."""
    writer = Writer(path, fresh=False)
    for source in sources:
        writer.drop(source)
    writer.add(map(count, entries))
    writer.commit()


def delete(path: Path, source: str) -> None:
    """Take out everything of one source."""
    replace(path, (), (source,))


def _schema() -> tantivy.Schema:
    schema = tantivy.SchemaBuilder()
    for name in ("clause", "document", "source"):
        schema.add_text_field(name, stored=name != "source", tokenizer_name="raw", index_option="basic")
    for name in ("body", "head"):
        schema.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return schema.build()


class Writer:
    """Adds clauses to an index and takes sources out; all in one commit, and what was there before stays whole if the process dies."""

    def __init__(self, path: Path, *, fresh: bool = True) -> None:
        """Open a folder, made where missing; a fresh index must find it empty."""
        path.mkdir(parents=True, exist_ok=True)
        self._writer = tantivy.Index(_schema(), str(path), reuse=not fresh).writer(HEAP, 1)

    @classmethod
    def fork(cls, source: Path, path: Path) -> Writer:
        """Write on in a fresh folder that begins as the index of another one, which stays as it is."""
        path.mkdir(parents=True)
        for file in source.iterdir():
            # Segments are never changed once written; what names them is.
            if file.suffix == ".json":
                shutil.copyfile(file, path / file.name)
            elif file.suffix != ".lock":
                link_or_copy(file, path / file.name)
        return cls(path, fresh=False)

    def drop(self, source: str) -> None:
        """Take out everything of a source."""
        self._writer.delete_documents_by_term("source", source)

    def add(self, counted: Iterable[Counted]) -> None:
        """Put clauses in."""
        for one in counted:
            document = tantivy.Document(clause=one.clause, document=one.document, source=one.source)
            document.add_text("body", one.body)
            document.add_text("head", one.head)
            self._writer.add_document(document)

    def commit(self) -> None:
        """Write everything and end; PolicyKGError where the disk is full."""
        try:
            self._writer.commit()
            self._writer.wait_merging_threads()
        except ValueError as error:
            raise PolicyKGError(f"词语索引写不下去（{' '.join(str(error).split())}）：请检查磁盘空间；原来的构建未改动。") from error
