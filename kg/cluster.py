"""Reading over many machines: the batches of an ingest as tasks of dask.distributed, in the order and with the results of the local processes.

A batch travels with the bytes of its files and the readings kept of them, so that workers share no disk with the writer and keep nothing.
A worker that is lost loses nothing: its batches are read again by another.
"""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from distributed import Client, Future
from distributed.comm.core import CommClosedError
from distributed.scheduler import KilledWorker

from kg import harvest
from kg.errors import PolicyKGError
from kg.harvest import Batch, Harvest
from kg.readings import Cache, rules

CONNECT_S = 10
# How long no worker may be there before the ingest gives up.
PATIENCE_S = 60
# Batches with more bytes than this are read by the writer itself: a scheduler holds in memory what it passes on.
LARGEST = 64 << 20

# Recognisers and encoder are used by one thread at a time.
_turn = threading.Lock()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A batch with all that reading it needs, and the rules and embedding that the worker must have too."""

    batch: Batch
    contents: tuple[bytes, ...]  # one a source
    kept: Mapping[str, bytes]  # readings by file name
    rules: str
    model: str


@dataclass(frozen=True, slots=True)
class Read:
    """The harvest of a parcel, and the readings that were made for it by file name."""

    harvest: Harvest
    made: Mapping[str, bytes]


def gather(address: str, work: Sequence[Batch]) -> Iterator[Harvest]:
    """Yield the harvest of each batch in order, read by the workers of a scheduler; PolicyKGError where these cannot be reached or fail."""
    try:
        with Client(address, timeout=CONNECT_S, set_as_default=False) as client:
            yield from _gather(client, address, work)
    except (OSError, CommClosedError, CancelledError) as error:
        raise PolicyKGError(f"调度器 {address} 没有回应或中断了（{_line(error)}）：请检查 [extract] scheduler；构建未改动。") from error
    except KilledWorker as error:
        raise PolicyKGError("一批文件接连使几个工作进程意外结束（可能是内存不足）：请减少每台机器的进程数后再试，构建未改动。") from error


def _gather(client: Any, address: str, work: Sequence[Batch]) -> Iterator[Harvest]:
    ahead: deque[Future[Read] | Batch] = deque()
    rest = iter(work)
    left = len(work)
    while left:
        # Two more than there are threads, so that none waits while the caller writes.
        while len(ahead) < sum(client.nthreads().values()) + 2 and (batch := next(rest, None)) is not None:
            parcel = packed(batch)
            ahead.append(batch if parcel is None else client.submit(read, parcel, pure=False))
        first = ahead.popleft()
        yield harvest.reap(first) if isinstance(first, Batch) else _kept(work[len(work) - left], _result(client, first, address))
        left -= 1


def _result(client: Any, future: Future[Read], address: str) -> Read:
    """Wait for a parcel as long as there are workers."""
    while True:
        try:
            found = future.result(timeout=PATIENCE_S)
        except TimeoutError:
            if not client.nthreads():
                raise PolicyKGError(f"调度器 {address} 没有工作进程：请启动 dask worker 后再试，构建未改动。") from None
        else:
            assert isinstance(found, Read)
            return found


def _kept(batch: Batch, found: Read) -> Harvest:
    """Keep the readings that were made, and give the entries the files of this machine back."""
    batch.readings.mkdir(parents=True, exist_ok=True)
    for name, content in found.made.items():
        (batch.readings / name).with_suffix(".new").write_bytes(content)
        (batch.readings / name).with_suffix(".new").replace(batch.readings / name)
    by_source = {entry.source: entry for entry in batch.entries}
    entries = tuple(replace(by_source[entry.source], sha256=entry.sha256) for entry in found.harvest.entries)
    return replace(found.harvest, entries=entries)


def packed(batch: Batch) -> Parcel | None:
    """Return a batch ready to travel; None where a file cannot be read or all are too large, so that the writer says so or reads them itself."""
    if sum(entry.size for entry in batch.entries) > LARGEST:
        return None
    cache = Cache(batch.readings)
    kept = {name: content for entry in batch.entries for name, content in cache.raw(entry.source, entry.sha256)}
    try:
        contents = tuple(Path(entry.file).read_bytes() for entry in batch.entries)
    except OSError:
        return None
    return Parcel(batch, contents, kept, rules(), harvest.encoder(batch.embedding).fingerprint)


def read(parcel: Parcel) -> Read:
    """Read a parcel on a worker; PolicyKGError where the worker reads by other rules or with another embedding."""
    batch = parcel.batch
    with _turn, tempfile.TemporaryDirectory(prefix="policykg-") as folder:
        if (parcel.rules, parcel.model) != (rules(), harvest.encoder(batch.embedding).fingerprint):
            raise PolicyKGError("工作进程的 policykg 版本或向量模型与本机不同：请装成同一版本后再试，构建未改动。")
        readings = Path(folder) / "readings"
        readings.mkdir()
        for name, content in parcel.kept.items():
            (readings / name).write_bytes(content)
        entries = []
        for number, (entry, content) in enumerate(zip(batch.entries, parcel.contents, strict=True)):
            file = (Path(folder) / str(number)).with_suffix(Path(entry.file).suffix)
            file.write_bytes(content)
            entries.append(replace(entry, file=str(file)))
        found = harvest.reap(replace(batch, entries=tuple(entries), readings=readings))
        made = {file.name: file.read_bytes() for file in readings.glob("*.json") if file.name not in parcel.kept}
    return Read(found, made)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
