"""The vector index: faiss, exact up to 100,000 clauses and in cells beyond, clauses added and removed by key."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from kg.errors import BuildDamaged, BuildMissing, PolicyKGError
from kg.vectors.amended import META, damaged

# faiss rewrites its classes when it is imported, in ways its stubs do not tell.
faiss: Any = _faiss

Vectors = NDArray[np.float32]
# Exact search of 100,000 × 256 takes 5 ms on one core; beyond, the vectors lie in cells of which PROBES are read:
# over 165,000 law texts 64, 128, 192 and 256 probes find .91, .94, .96 and .975 of the true ten nearest.
FLAT_LIMIT = 100_000
CELLS = 1024
PROBES = 192
# Vectors that teach a cell where to lie.
SAMPLES = 40
# So many more hits than wanted are read where some may have been taken out.
SPARE = 8
# Older faiss reads the whole file.
_MAPPED = getattr(faiss, "IO_FLAG_MMAP_IFC", 0)


@dataclass(frozen=True, slots=True)
class Near:
    """A clause and its cosine with the question."""

    clause: str
    score: float


class VectorIndex:
    """Unit vectors by clause key; made by one model, whose fingerprint it remembers."""

    def __init__(self, dim: int, fingerprint: str) -> None:
        self.dim = dim
        self.fingerprint = fingerprint
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dim))
        self._keys: dict[int, str] = {}
        self._mapped: Path | None = None
        # What an amended index differs in: ids taken out of the one on disk, and vectors put in, whose ids count from ``_first``.
        self._gone: NDArray[np.int64] = np.zeros(0, np.int64)
        self._fresh: Vectors = np.zeros((0, dim), np.float32)
        self._first = 0
        self._next = 0
        self._generation = 0

    def __len__(self) -> int:
        """Return the number of clauses."""
        return len(self._keys)

    @classmethod
    def open(cls, folder: Path, fingerprint: str | None = None) -> VectorIndex:
        """Read an index; BuildMissing, BuildDamaged, or PolicyKGError where it was made by another model than the one named.

        Its vectors stay on disk until it is changed; the system keeps in memory what is read of them.
        """
        meta = folder / META
        if not meta.is_file():
            raise BuildMissing(f"{folder} 中没有向量索引，请先运行 policykg ingest。")
        try:
            stored = json.loads(meta.read_text("utf-8"))
            opened = cls(stored["dim"], stored["fingerprint"])
            if fingerprint is not None and stored["fingerprint"] != fingerprint:
                raise PolicyKGError("构建所用的向量模型与当前模型不同，不能混用：请改回原模型，或用新模型重新运行 policykg ingest。")
            opened._next, opened._generation = stored["next"], stored["generation"]
            opened._index = faiss.read_index(str(folder / stored["file"]), _MAPPED)
            opened._mapped = folder / stored["file"]
            ids = np.load(folder / stored["ids"]).tolist()
            keys = (folder / stored["keys"]).read_text("utf-8").split("\n") if ids else []
            opened._keys = dict(zip(ids, keys, strict=True))
            whole = opened._index.ntotal == len(ids)
            if "fresh" in stored:
                opened._differ(stored["gone"], stored["added"], np.load(folder / stored["fresh"]))
        except (RuntimeError, OSError, ValueError, LookupError, TypeError) as error:
            raise damaged(folder) from error
        if not whole:
            raise BuildDamaged(f"{folder} 中的向量与条款数不一致，请删除构建目录后重新运行 policykg ingest。")
        return opened

    def _differ(self, gone: list[str], keys: list[str], rows: Vectors) -> None:
        """Take clauses out and put vectors in beside what lies on disk; ValueError where these do not fit together."""
        known = self._by_key
        self._gone = np.array([known.pop(key) for key in gone if key in known], dtype=np.int64)
        for one in self._gone.tolist():
            del self._keys[one]
        self._first, self._fresh = self._next, rows.reshape(-1, self.dim)
        ids = range(self._next, self._next + len(rows))
        self._next += len(rows)
        self._keys.update(zip(ids, keys, strict=True))
        known.update(zip(keys, ids, strict=True))

    @classmethod
    def made(cls, dim: int, fingerprint: str, parts: list[tuple[Sequence[str], Vectors]]) -> VectorIndex:
        """Return the index of all clauses of the parts, each of another key; the list is emptied, so that vectors lie in memory once."""
        index = cls(dim, fingerprint)
        if sum(len(keys) for keys, _ in parts) > FLAT_LIMIT:
            rows = np.concatenate([rows[:: max(1, sum(len(keys) for keys, _ in parts) // (SAMPLES * CELLS))] for _, rows in parts])
            index._index = _cells(dim, rows)
        parts.reverse()
        while parts:
            keys, rows = parts.pop()
            index.add(keys, rows)
        return index

    def save(self, folder: Path) -> None:
        """Write the index; the last of the renames is the switch, and files that others have linked stay as they are."""
        folder.mkdir(parents=True, exist_ok=True)
        self._fit()
        self._generation += 1
        file, ids, keys = (f"vectors-{self._generation}.{end}" for end in ("faiss", "npy", "txt"))
        np.save(folder / ids, np.fromiter(self._keys, dtype=np.int64, count=len(self._keys)))
        (folder / keys).write_text("\n".join(self._keys.values()), "utf-8")
        try:
            faiss.write_index(self._index, str(folder / (file + ".new")))
        except RuntimeError as error:
            raise PolicyKGError(f"向量索引写不下去（{' '.join(str(error).split())}）：请检查磁盘空间；原来的构建未改动。") from error
        os.replace(folder / (file + ".new"), folder / file)
        meta = {"file": file, "fingerprint": self.fingerprint, "dim": self.dim, "next": self._next, "generation": self._generation}
        meta |= {"ids": ids, "keys": keys, "count": len(self), "sizes": {name: (folder / name).stat().st_size for name in (file, ids, keys)}}
        (folder / (META + ".new")).write_text(json.dumps(meta, ensure_ascii=False), "utf-8")
        os.replace(folder / (META + ".new"), folder / META)
        for old in folder.glob("vectors-*"):
            if old.name not in (file, ids, keys):
                old.unlink()

    def add(self, clauses: Sequence[str], vectors: Vectors) -> None:
        """Add unit vectors, shape (len(clauses), dim); a clause that is there already is replaced."""
        if vectors.shape != (len(clauses), self.dim):
            raise ValueError(f"expected vectors of shape {(len(clauses), self.dim)}, got {vectors.shape}")
        self._hold()
        self.remove(clauses)
        ids = np.arange(self._next, self._next + len(clauses), dtype=np.int64)
        self._next += len(clauses)
        self._index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
        self._keys.update(zip(ids.tolist(), clauses, strict=True))
        self._by_key.update(zip(clauses, ids.tolist(), strict=True))

    def remove(self, clauses: Iterable[str]) -> int:
        """Take clauses out and return how many were there."""
        ids = self._ids(clauses)
        if ids.size:
            self._hold()
            self._index.remove_ids(ids)
            for one in ids.tolist():
                del self._by_key[self._keys.pop(one)]
        return int(ids.size)

    def _hold(self) -> None:
        """Bring vectors that lie on disk into memory, where they may be changed."""
        if self._mapped is not None:
            self._index = faiss.read_index(str(self._mapped))
            self._mapped = None
            if self._gone.size:
                self._index.remove_ids(self._gone)
            if len(self._fresh):
                self._index.add_with_ids(self._fresh, np.arange(self._first, self._first + len(self._fresh), dtype=np.int64))
            self._gone, self._fresh = self._gone[:0], self._fresh[:0]

    def search(self, vector: Vectors, limit: int = 30, *, clauses: Collection[str] | None = None) -> list[Near]:
        """Return the nearest clauses to one vector of shape (dim,), best first, among the given ones only where these are given."""
        ids = None if clauses is None else self._ids(clauses)
        if not len(self) or not vector.any() or (ids is not None and not ids.size):
            return []
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        found = self._stored(query, limit, ids)
        if len(self._fresh):
            scores = exact(self._fresh, query)
            among = range(len(scores)) if ids is None else (ids[ids >= self._first] - self._first).tolist()
            found += [Near(self._keys[self._first + i], scores[i]) for i in among]
            found.sort(key=lambda near: -near.score)
        return found[:limit]

    def _stored(self, query: Vectors, limit: int, ids: NDArray[np.int64] | None) -> list[Near]:
        """Return the nearest of what the index proper holds and was not taken out since, among the given ids only where these are given."""
        options: dict[str, object] = {}
        if ids is not None:
            if len(self._fresh):
                ids = ids[ids < self._first]
            if not ids.size:
                return []
            options["params"] = self._among(ids)
        depth = limit + (SPARE if self._gone.size else 0)
        while True:
            hits = self._hits(query, min(depth, self._index.ntotal), options)
            kept = [Near(self._keys[i], s) for i, s in hits if i in self._keys]
            if len(kept) >= limit or len(kept) == len(hits) or depth >= self._index.ntotal:
                return kept
            depth *= 4

    def _hits(self, query: Vectors, depth: int, options: dict[str, object]) -> list[tuple[int, float]]:
        """Return ids and exact cosines of the nearest of what the index proper holds; cells that are searched for given ids only give no vectors themselves."""
        if options and isinstance(self._index, faiss.IndexIVF):
            ids = self._index.search(query, depth, **options)[1][0]
            ids = ids[ids >= 0]
            rows = self._stored_rows(ids)
        else:
            _, found, reconstructed = self._index.search_and_reconstruct(query, depth, **options)
            ids, rows = found[0], reconstructed[0]
            rows, ids = rows[ids >= 0], ids[ids >= 0]
        return list(zip(ids.tolist(), exact(rows, query), strict=True))

    def cosines(self, vector: Vectors, clauses: Iterable[str]) -> dict[str, float]:
        """Return the exact cosine of each given clause that is in the index with one vector of shape (dim,)."""
        kept = [clause for clause in clauses if clause in self._by_key]
        return dict(zip(kept, exact(self.rows(kept), vector), strict=True))

    def rows(self, clauses: Sequence[str]) -> Vectors:
        """Return the vectors of clauses, shape (len(clauses), dim); KeyError for one that is not in the index."""
        if not clauses:
            return np.zeros((0, self.dim), dtype=np.float32)
        ids = np.array([self._by_key[clause] for clause in clauses], dtype=np.int64)
        if not len(self._fresh):
            return self._stored_rows(ids)
        rows, fresh = np.empty((len(ids), self.dim), np.float32), ids >= self._first
        rows[fresh] = self._fresh[ids[fresh] - self._first]
        if not fresh.all():
            rows[~fresh] = self._stored_rows(ids[~fresh])
        return rows

    def _stored_rows(self, ids: NDArray[np.int64]) -> Vectors:
        """Return the vectors of ids of the index proper."""
        if isinstance(self._index, faiss.IndexIVF) and self._index.direct_map.type != faiss.DirectMap.Hashtable:
            self._index.set_direct_map_type(faiss.DirectMap.Hashtable)
        rows: Vectors = self._index.reconstruct_batch(ids)
        return rows

    def clauses(self) -> frozenset[str]:
        """Return the key of every clause in the index."""
        return frozenset(self._keys.values())

    @cached_property
    def _by_key(self) -> dict[str, int]:
        return {key: one for one, key in self._keys.items()}

    def _ids(self, clauses: Iterable[str]) -> NDArray[np.int64]:
        known = self._by_key
        return np.array([known[clause] for clause in clauses if clause in known], dtype=np.int64)

    def _among(self, ids: NDArray[np.int64]) -> object:
        """Return search parameters that admit the given ids only; a narrow choice reads every cell."""
        chosen = faiss.IDSelectorBatch(ids)
        if isinstance(self._index, faiss.IndexIVF):
            return faiss.SearchParametersIVF(sel=chosen, nprobe=self._index.nlist)
        return faiss.SearchParameters(sel=chosen)

    def _fit(self) -> None:
        """Change between exact and cells when the number of clauses calls for it."""
        self._hold()
        in_cells = isinstance(self._index, faiss.IndexIVF)
        if (len(self) > FLAT_LIMIT // 2) if in_cells else (len(self) <= FLAT_LIMIT):
            return
        ids = np.fromiter(self._keys, dtype=np.int64, count=len(self))
        if in_cells:
            self._index.set_direct_map_type(faiss.DirectMap.Hashtable)
        rows = self._index.reconstruct_batch(ids)
        if in_cells:
            self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(self.dim))
        else:
            self._index = _cells(self.dim, rows[:: max(1, len(rows) // (SAMPLES * CELLS))])
        self._index.add_with_ids(rows, ids)


def exact(rows: Vectors, vector: Vectors) -> list[float]:
    """Return the product of each row, shape (count, dim), with one vector, in double precision and row by row: the same wherever the rows are kept."""
    products: list[float] = (rows.astype(np.float64) * vector.reshape(1, -1)).sum(axis=1).tolist()
    return products


def alone() -> None:
    """Have faiss work in the calling thread only, from here on and for this thread: beside other work its threads wait for each other."""
    faiss.omp_set_num_threads(1)


def _cells(dim: int, rows: Vectors) -> Any:
    """Return an empty index in cells that a sample of the vectors has taught where to lie."""
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, CELLS, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter = 8
    index.train(np.ascontiguousarray(rows, dtype=np.float32))
    index.nprobe = PROBES
    return index
