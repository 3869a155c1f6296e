"""Clause vectors in PostgreSQL with pgvector: written and deleted a source at a time, searched exactly or through an HNSW index.

A publication is one transaction, and a search one statement that also reads which build it searches: readers see a whole build or none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, Literal
from urllib.parse import urlsplit

import numpy as np
import psycopg
from pgvector.psycopg import register_vector
from psycopg import errors

from kg.errors import BuildBusy, PolicyKGError, UsageError
from kg.remote.near import Only, Row
from kg.vectors.index import Near, Vectors, exact

CONNECT_S = 5
# Neighbours that a search through HNSW keeps in sight; docs/scale.md has the recall.
SIGHT = 400
# One publication at a time; the number only has to be ours.
_LOCK = 0x706F6C69

Index = Literal["exact", "hnsw"]
Progress = Callable[[int, int, str], None]

_TABLES = """
CREATE TABLE IF NOT EXISTS policykg_release (release text NOT NULL);
CREATE TABLE IF NOT EXISTS policykg_sources (source text PRIMARY KEY, digest text NOT NULL);
CREATE TABLE IF NOT EXISTS policykg_vectors (
  clause text PRIMARY KEY, document text NOT NULL, source text NOT NULL, place text, year integer, embedding vector({dim}) NOT NULL);
CREATE INDEX IF NOT EXISTS policykg_vectors_source ON policykg_vectors (source);
CREATE INDEX IF NOT EXISTS policykg_vectors_document ON policykg_vectors (document);
"""
_DIM = "SELECT atttypmod FROM pg_attribute WHERE attrelid = to_regclass('policykg_vectors') AND attname = 'embedding'"
_INDEXES: dict[Index, str] = {
    "exact": "DROP INDEX IF EXISTS policykg_vectors_hnsw",
    "hnsw": "CREATE INDEX IF NOT EXISTS policykg_vectors_hnsw ON policykg_vectors USING hnsw (embedding vector_ip_ops)",
}
_COPY = "COPY policykg_vectors (clause, document, source, place, year, embedding) FROM STDIN WITH (FORMAT BINARY)"
# Which build is searched stands beside every hit, and alone where there is none.
_WITH_RELEASE = "SELECT r.release, v.* FROM policykg_release r LEFT JOIN LATERAL ({}) v ON true"
_KEPT = "SELECT clause, embedding FROM policykg_vectors"
_NEAREST = "ORDER BY embedding <#> %(vector)s, clause LIMIT %(limit)s"
_NARROW = {
    "clauses": "clause = ANY(%(clauses)s)",
    "documents": "document = ANY(%(documents)s)",
    "place": "starts_with(place, %(place)s)",
    "year": "year = %(year)s",
}
_ALL = Only()


class VectorServerError(PolicyKGError):
    """The database refuses a request or does not answer."""


class PgVectors:
    """The vectors of one build in a database; safe to share between threads, which take turns."""

    def __init__(self, url: str, *, index: Index = "exact", timeout_s: float = 30.0, release: str | None = None) -> None:
        """Connect; VectorServerError where no server answers. ``release``: the build to be searched, BuildBusy where another one is there."""
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres"):
            raise UsageError("向量数据库的地址应以 postgresql:// 开头。")
        self._name = f"向量数据库 {parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
        self._url, self._index, self._timeout_s, self._release = url, index, timeout_s, release
        self._turn = threading.RLock()
        self._connection: psycopg.Connection[Any] | None = None
        if release is None:
            self._rows("SELECT 1", {})
        else:
            self._released(f"{_KEPT} LIMIT 0", {})

    def close(self) -> None:
        """Let the connection go."""
        with self._turn:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def __len__(self) -> int:
        """Return the number of clauses."""
        return int(self._rows("SELECT count(*) FROM policykg_vectors", {})[0][0])

    def search(self, vector: Vectors, limit: int = 30, *, clauses: Collection[str] | None = None, only: Only = _ALL) -> list[Near]:
        """Return the nearest clauses to one vector of shape (dim,), best first, among those only that are asked for."""
        if not vector.any():
            return []
        wanted = {f.name: getattr(only, f.name) for f in fields(Only)} | ({} if clauses is None else {"clauses": clauses})
        named = {name: list(value) if name in ("clauses", "documents") else value for name, value in wanted.items() if value is not None}
        where = " AND ".join(_NARROW[name] for name in named)
        asked = {"vector": vector.reshape(-1).astype(np.float32), "limit": limit, **named}
        found = self._scored(f"{_KEPT} {f'WHERE {where}' if where else ''} {_NEAREST}", vector, asked)
        return sorted((Near(clause, score) for clause, score in found.items()), key=lambda near: (-near.score, near.clause))

    def cosines(self, vector: Vectors, clauses: Iterable[str]) -> dict[str, float]:
        """Return the exact cosine of each given clause that is there with one vector of shape (dim,)."""
        return self._scored(f"{_KEPT} WHERE {_NARROW['clauses']}", vector, {"clauses": list(clauses)})

    def publish(self, release: str, dim: int, want: Mapping[str, str], rows: Callable[[str], Iterable[Row]], progress: Progress) -> tuple[int, int]:
        """Bring the database in step with a build in one transaction: what differs from ``want`` (source → digest) is deleted and written anew.

        Returns how many sources were written and taken out. ``rows`` gives the clauses of a source.
        """
        with self._cursor() as cursor, cursor.connection.transaction():
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            _prepare(cursor, dim)
            have = dict(cursor.execute("SELECT source, digest FROM policykg_sources").fetchall())
            changed = [source for source, digest in want.items() if have.get(source) != digest]
            gone = [source for source in have if source not in want]
            for table in ("policykg_vectors", "policykg_sources"):
                cursor.execute(f"DELETE FROM {table} WHERE source = ANY(%s)", ([*changed, *gone],))
            _copy(cursor, changed, rows, progress)
            cursor.executemany("INSERT INTO policykg_sources (source, digest) VALUES (%s, %s)", [(source, want[source]) for source in changed])
            cursor.execute("DELETE FROM policykg_release")
            cursor.execute("INSERT INTO policykg_release (release) VALUES (%s)", (release,))
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            cursor.execute(_INDEXES[self._index])
        return len(changed), len(gone)

    def _scored(self, query: str, vector: Vectors, about: Mapping[str, object]) -> dict[str, float]:
        """Return the exact cosine with one vector of each clause that a query finds."""
        found = self._released(query, about)
        rows = np.array([row.to_numpy() for _, row in found], np.float32).reshape(len(found), vector.size)
        return dict(zip((clause for clause, _ in found), exact(rows, vector), strict=True))

    def _released(self, query: str, about: Mapping[str, object]) -> list[tuple[str, Any]]:
        """Return the rows of a query over the vectors, a clause and what is asked of it; BuildBusy where they are of another build."""
        try:
            found = self._rows(_WITH_RELEASE.format(query), about)
        except errors.UndefinedTable:
            found = []
        if self._release is not None and (not found or found[0][0] != self._release):
            raise BuildBusy("向量数据库里没有本机的这个构建：请运行 policykg publish，或稍后再试。")
        return [(clause, value) for _, clause, value in found if clause is not None]

    def _rows(self, query: str, about: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """Return the rows of a query, over a fresh connection where the last one has broken."""
        with self._turn:
            if self._connection is not None:
                try:
                    return self._connection.execute(query, about).fetchall()
                except psycopg.OperationalError as error:
                    if not self._connection.closed:
                        raise VectorServerError(f"{self._name} 没有完成查询（{_line(error)}）。") from error
            with self._cursor() as cursor:
                return cursor.execute(query, about).fetchall()

    @contextmanager
    def _cursor(self) -> Iterator[psycopg.Cursor[Any]]:
        """Give a cursor over a fresh connection, which stays; VectorServerError for what the server refuses."""
        with self._turn:
            try:
                self.close()
                self._connection = self._connect()
                yield self._connection.cursor()
            except errors.UndefinedTable:
                raise
            except psycopg.Error as error:
                raise VectorServerError(f"{self._name} 没有完成请求（{_line(error)}）：请检查 [vectors] url 与数据库。") from error

    def _connect(self) -> psycopg.Connection[Any]:
        options = f"-c statement_timeout={int(self._timeout_s * 1000)}"
        # Plans are made for the values at hand: a short list of clauses calls for another one than a long list.
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_S, options=options, prepare_threshold=None)
        if connection.execute("SELECT to_regtype('vector')").fetchone() == (None,):
            connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        register_vector(connection)
        connection.execute(f"SET hnsw.ef_search = {SIGHT}")
        connection.execute("SET hnsw.iterative_scan = strict_order")
        return connection


def _prepare(cursor: psycopg.Cursor[Any], dim: int) -> None:
    """Make the tables where they are missing, or anew where their vectors are of another length."""
    found = cursor.execute(_DIM).fetchone()
    if found is not None and found[0] != dim:
        cursor.execute("DROP TABLE policykg_vectors, policykg_sources, policykg_release")
    cursor.execute(_TABLES.format(dim=dim))


def _copy(cursor: psycopg.Cursor[Any], changed: Sequence[str], rows: Callable[[str], Iterable[Row]], progress: Progress) -> None:
    with cursor.copy(_COPY) as copy:
        copy.set_types(["text", "text", "text", "text", "integer", "vector"])
        for done, source in enumerate(changed, 1):
            for row in rows(source):
                copy.write_row((row.clause, row.document, row.source, row.place, row.year, row.vector))
            progress(done, len(changed), "发布向量")


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
