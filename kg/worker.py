"""One child process as the pool sees it: started, asked, stopped."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.errors import BuildDamaged, BuildMissing
from kg.guard import FRAME, Head, Job

# -S leaves out what site-packages run at the start of each process; the paths of this process are handed over instead.
_START = "import sys; sys.path[:] = {}; from kg.guard import main; main({!r}, {})"
# Longer than any result: the reader then never pauses in the middle of one.
_BUFFER = 64 << 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a job: a verdict ("ok", or a key of kg/refusals.py once the pool has seen it) with its detail, and the result."""

    verdict: str
    detail: str = ""
    media: str = ""
    body: bytes = b""


class Worker:
    """A child process with a snapshot open; it answers one job at a time."""

    def __init__(self, process: subprocess.Popen[bytes], inward: asyncio.StreamReader, outward: asyncio.StreamWriter, snapshot: Path) -> None:
        self._process = process
        self._inward = inward
        self._outward = outward
        self.snapshot = snapshot
        self.seccomp = False
        self.network = False
        self.spent = False
        self.processor_before = 0.0

    @classmethod
    async def start(cls, snapshot: Path, memory_bytes: int) -> Worker:
        """Start a child and wait until it is ready; raises BuildMissing or BuildDamaged."""
        if not (snapshot / "CURRENT").is_file():
            raise BuildMissing(f"没有找到图谱：{snapshot}；请先运行 policykg ingest")
        paths = [str(Path(__file__).resolve().parent.parent), *(path for path in sys.path if path)]
        code = _START.format(paths, str(snapshot.resolve()), memory_bytes)
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen([sys.executable, "-I", "-S", "-c", code], stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.DEVNULL)
        worker = cls(process, *await asyncio.open_connection(sock=ours, limit=_BUFFER), snapshot)
        try:
            head, _ = await worker._receive()
        except BaseException:
            worker.stop()
            raise
        if head.verdict != "ok":
            worker.stop()
            raise BuildDamaged(f"图谱快照打不开：{snapshot}（{head.detail}）")
        worker.seccomp, worker.network = head.seccomp, head.network
        return worker

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def processor_s(self) -> float:
        """Return the seconds of processor time that the process has used, 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def ask(self, job: Job) -> Reply:
        """Return the answer to a job; "died" where the process did not survive it."""
        data = json.dumps(asdict(job)).encode()
        try:
            self._outward.write(FRAME.pack(len(data)) + data)
            head, body = await self._receive()
        except BuildDamaged:
            self.spent = True
            return Reply("died")
        self.spent = head.spent
        return Reply(head.verdict, head.detail, head.media, body)

    def yield_to_others(self) -> None:
        """Let every other process go first from now on; cannot be undone, so the process is spent."""
        self.spent = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, 19)

    def stop(self) -> None:
        """End the process at once."""
        self.spent = True
        self._process.kill()
        self._outward.close()

    async def gone(self) -> None:
        """Wait until the process has ended."""
        while self.alive:
            await asyncio.sleep(0.01)

    async def _receive(self) -> tuple[Head, bytes]:
        try:
            (length,) = FRAME.unpack(await self._inward.readexactly(FRAME.size))
            line, _, body = (await self._inward.readexactly(length)).partition(b"\n")
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise BuildDamaged("查询进程没有启动") from error
        return Head(**json.loads(line)), body
