"""The processes that read batches: one loads what all of them need, the others are forked from it. Imports little, so that they can be begun early.

A fork costs nothing but what it changes; where a system's libraries do not bear one, each process loads everything itself.
"""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from kg.errors import PolicyKGError

# How much readers give way to those who ask the build.
NICE = 10
# Objects made between two looks for garbage, and looks before older ones are looked at: what an ingest makes is kept or has no circles.
COLLECT = (100_000, 20, 10)
# Bytes of files from which on it is worth to read side by side, and so to begin the readers before all else is loaded.
MUCH = 2 << 20
# What keeps libraries on one thread: of several only that which forks would live on in a fork.
ONE_THREAD = {"TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
# What a reader runs: a module that loads what it needs by ``ready`` and answers what it is sent by ``reap``.
_HOME = "kg.harvest"

# What one side of two pipes reads from and writes to.
_Ends = tuple[Connection, Connection]
_begun: list[Readers] = []


def cores() -> int:
    """Return how many processes can run side by side."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def begin(paths: Iterable[Path], embedding: str | None) -> None:
    """Start readers for the next who takes some, where files and folders hold much and there is more than one core."""
    if cores() > 1 and not _begun and _hold_much(paths):
        _begun.append(Readers(cores(), embedding))


def taken(count: int, embedding: str | None) -> Readers:
    """Return the readers that were begun, else so many new ones."""
    return _begun.pop() if _begun else Readers(count, embedding)


def _hold_much(paths: Iterable[Path]) -> bool:
    size = 0
    for path in paths:
        for folder, _, names in os.walk(path):
            for name in names:
                try:
                    size += os.stat(os.path.join(folder, name)).st_size
                except OSError:
                    continue
                if size >= MUCH:
                    return True
    return False


class Readers:
    """So many processes, each asked through pipes by a thread of this one; they end with it."""

    def __init__(self, count: int, embedding: str | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._free: SimpleQueue[_Ends] = SimpleQueue()
        self._ours: list[_Ends] = []
        theirs: list[_Ends] = []
        for _ in range(count):
            # Two pipes of one direction: what comes back is megabytes, and sockets take three times as long.
            (asked, ask), (answer, answered) = context.Pipe(duplex=False), context.Pipe(duplex=False)
            self._ours.append((answer, ask))
            self._free.put((answer, ask))
            theirs.append((asked, answered))
        groups = [theirs] if sys.platform == "linux" else [[one] for one in theirs]
        self._processes = [context.Process(target=_bring_up, args=(group, embedding), daemon=True) for group in groups]
        for process in self._processes:
            process.start()
        _close(theirs)
        self._threads = ThreadPoolExecutor(count, "reader")

    def submit(self, asked: object) -> Future[Any]:
        """Have the next free reader answer; the future raises what it raised, PolicyKGError where it died."""
        return self._threads.submit(self._ask, asked)

    def _ask(self, asked: object) -> object:
        reader = self._free.get()
        answer, ask = reader
        try:
            ask.send(asked)
            failed, found = answer.recv()
        except (EOFError, OSError) as error:
            raise PolicyKGError("读取文件的进程意外结束（可能是内存不足）：请关闭其他程序或减少文件后再试，构建未改动。") from error
        finally:
            self._free.put(reader)
        if failed:
            raise found
        return found

    def close(self, *, wait: bool) -> None:
        """Have the readers end; ``wait`` until those that are busy are done and all are gone."""
        self._threads.shutdown(wait, cancel_futures=True)
        _close(self._ours)
        if wait:
            for process in self._processes:
                process.join()


def _close(pipes: Iterable[_Ends]) -> None:
    for ends in pipes:
        for end in ends:
            end.close()


def _bring_up(pipes: list[_Ends], embedding: str | None) -> None:
    """Load everything and answer the first pipes, in forks of this process the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ |= ONE_THREAD
    gc.set_threshold(*COLLECT)
    home = importlib.import_module(_HOME)
    home.ready(embedding)
    gc.collect()
    gc.freeze()
    forks = []
    while len(pipes) > 1:
        one = pipes.pop()
        child = os.fork()
        if not child:
            try:
                _close(pipes)
                _serve(one, home.reap)
            finally:
                os._exit(0)
        forks.append(child)
        _close([one])
    _serve(pipes[0], home.reap)
    _close(pipes)
    for child in forks:
        os.waitpid(child, 0)


def _serve(pipe: _Ends, reap: Any) -> None:
    """Answer until nobody asks any more; politely, and gone when the writer is gone."""
    os.nice(NICE)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_leave_with, args=(parent.sentinel,), daemon=True).start()
    asked, answered = pipe
    while True:
        try:
            work = asked.recv()
        except EOFError:
            return
        try:
            found = (False, reap(work))
        except Exception as error:  # noqa: BLE001  the one who asked shall see it
            found = (True, error)
        try:
            answered.send(found)
        except OSError:
            return


def _leave_with(sentinel: int) -> None:
    """Wait for the writer's end, also by kill -9."""
    wait([sentinel])
    os._exit(1)
