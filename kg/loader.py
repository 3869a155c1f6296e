"""The first load of a graph: TriG written piece by piece, taken in by bulk loads that run beside the caller."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from types import TracebackType

import pyoxigraph as ox

from kg.store import HEAD, Store, StoreError, clear_errors
from ontology.rdf import Things
from ontology.terms import PK_NS, Iri, lexical

# Pieces that wait while a portion is loaded: on two cores six to eight come meanwhile, of 3 MB each, and readers would idle where the writer has to wait.
WAITING = 10
# Bytes of TriG loaded at a time, at most; a load takes 13 times as much memory, and more than that from some 76 MB on. Each load writes files of its own,
# and RocksDB merges all that there is after the third, the fifth, and so on: a quarter of the writer's time by eleven loads, more than a fifth by
# eight, a sixth by six. After an odd number a merge would still be under way when the build is closed, and begin anew where it is amended.
PORTION = 73_000_000
# While the last portion is loaded nothing is read any more, so that few sources are loaded by less: a sixth of what they are expected to become.
SMALLEST, PARTS = 16_000_000, 6
# How much of another portion the last one is: on two cores as much as the rest of what is left then takes, links, vectors, words and tables.
LAST = 0.6
# Bytes of TriG that a byte of sources becomes, as long as none was read: this is so of laws.
EXPECTED = 8

# A string of JSON, its signs as they are, is one of Turtle: quotes, backslashes and control characters are escaped alike.
_quoted = encode_basestring
_PLAIN = re.compile(r"[A-Za-z]+\Z")


def trig(graph: Iri, things: Things) -> bytes:
    """Return one graph as TriG that follows ``HEAD``."""
    out = [f"<{graph}> {{\n"]
    for subject, thing in things.items():
        before = f"<{subject}> "
        for predicate, values in thing.items():
            name = _predicate(predicate)
            for value in values:
                kind = type(value)
                if kind is str:
                    out.append(f"{before}{name} {_quoted(value)}")  # type: ignore[arg-type]
                elif kind is Iri:
                    out.append(f"{before}{name} <{value}>")
                elif kind is int:
                    out.append(f"{before}{name} {value}")
                else:
                    text, datatype = lexical(value)
                    out.append(f'{before}{name} "{text}"^^<{datatype}>')
                before = " ;"
        out.append(" .\n")
    out.append("}\n")
    return "".join(out).encode()


@lru_cache(maxsize=1024)
def _predicate(iri: Iri) -> str:
    local = iri.removeprefix(PK_NS)
    return f"pk:{local}" if local != iri and _PLAIN.match(local) else f"<{iri}>"


def _give_back() -> None:
    """Have the C library return memory that a load has freed: glibc would keep half a gigabyte of it for itself."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _joined(pieces: list[bytes]) -> bytes:
    """Return the pieces as one and leave but the head of the next ones, so that they lie in memory once."""
    whole = b"".join(pieces)
    pieces[:] = [HEAD]
    return whole


@dataclass(slots=True)
class _Plan:
    """Cuts what comes in into an even number of portions, alike but for the last; from one to two there is nothing to merge."""

    sources: int  # bytes of all of them
    read: int = 0
    fed: int = 0
    loaded: int = 0
    loads: int = 0

    def full(self, size: int, read: int) -> bool:
        """Take note of a piece and of the bytes of sources that it comes from; say whether a portion ends with it."""
        self.fed += size
        self.read += read
        # The cut nearest to what is meant.
        if self.fed + size / 2 - self.loaded < self._share():
            return False
        self.loaded, self.loads = self.fed, self.loads + 1
        return True

    def _share(self) -> float:
        """Return the size of the portion under way."""
        coming = self.sources * (self.fed / self.read if self.read else EXPECTED)
        largest = min(PORTION, max(SMALLEST, coming / (PARTS - 1 + LAST)))
        left = coming - self.loaded
        # Portions that ended a little early make no further one.
        count = max(1, math.ceil(left / largest + 1 - LAST - 0.25))
        if self.loads + count > 2:
            count += (self.loads + count) % 2
        # What was expected wrongly may make the last one larger, within bounds.
        return left / (count - 1 + LAST) if count > 1 else 1.25 * largest


class Loader:
    """Loads pieces of TriG into a fresh directory; a context manager that leaves nothing running when the caller fails."""

    def __init__(self, path: Path, size: int = 0) -> None:
        """Start the load of sources of so many bytes; StoreError where the directory holds anything."""
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StoreError(f"图谱目录不是空的，请换一个目录：{path}")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._plan = _Plan(size)
        self._pieces: Queue[tuple[bytes, int] | None] = Queue(WAITING)
        self._failure: BaseException | None = None
        self._whole = False
        self._store: ox.Store | None = None
        self._thread = Thread(target=self._load, name="bulk load", daemon=True)
        self._thread.start()

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._thread.is_alive():
            if not self._whole:
                self._end()
            self._thread.join()

    def feed(self, piece: bytes, read: int = 0) -> None:
        """Hand over whole graphs as TriG, and how many bytes of sources they come from; raises what the load met so far."""
        if piece:
            self._put((piece, read))

    def close(self) -> None:
        """Say that all has been handed over, so that the last portion is loaded while the caller does something else."""
        if not self._whole:
            self._whole = True
            self._end()

    def finish(self) -> Store:
        """Wait until all is on disk and return the store, opened for writing; StoreError."""
        self.close()
        self._thread.join()
        self._raise()
        if self._store is None:
            raise StoreError(f"图谱没有写成：{self._path}")
        return Store(self._store, self._path)

    def _end(self) -> None:
        if self._failure is None:
            self._put(None)

    def _put(self, piece: tuple[bytes, int] | None) -> None:
        while True:
            self._raise()
            try:
                return self._pieces.put(piece, timeout=0.2)
            except Full:
                continue

    def _raise(self) -> None:
        if isinstance(self._failure, ValueError):
            with clear_errors(self._path):
                raise self._failure
        if self._failure is not None:
            reason = " ".join(str(self._failure).split())
            raise StoreError(f"图谱写不下去（{reason}）：请检查磁盘空间与权限；原来的构建未改动。") from self._failure

    def _load(self) -> None:
        try:
            store = ox.Store(str(self._path))
            for portion in self._portions():
                store.bulk_load(portion, format=ox.RdfFormat.TRIG)
                del portion
                _give_back()
            if self._whole:
                store.flush()
                self._store = store
        except SyntaxError as error:
            self._failure = ValueError(str(error))
        except (OSError, RuntimeError, ValueError) as error:
            self._failure = error

    def _portions(self) -> Iterator[bytes]:
        """Yield what comes in, in portions that are worth a load of their own."""
        pieces = [HEAD]
        while (got := self._pieces.get()) is not None:
            pieces.append(got[0])
            if self._plan.full(len(got[0]), got[1]):
                yield _joined(pieces)
        if self._whole:
            yield _joined(pieces)
