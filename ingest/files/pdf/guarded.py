"""PDF files read in a process of their own: a file made to exhaust time or memory ends that process and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ingest.files import pdf
from ingest.files.errors import Unreadable
from ingest.files.text import Text

# Seconds of time and bytes of memory for one file; a yearbook of 1,000 pages takes 30 s and 1 GB.
LONGEST = 180.0
MEMORY = 4_000_000_000
# -P: a file of the working folder named like a module must not be run.
_COMMAND = (sys.executable, "-P", "-m", "ingest.files.pdf.guarded")
_ROOT = Path(__file__).parents[3]


def read(raw: bytes, name: str) -> Text:
    """Return the text of a PDF as ``pdf.read`` does; raises Unreadable also where the process ran out of time or memory."""
    environment = os.environ | {"PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"}
    try:
        done = subprocess.run(_COMMAND, input=raw, capture_output=True, timeout=LONGEST, check=False, env=environment)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(name, "PDF 过于复杂，超过读取时限") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise Unreadable(name, "PDF 已损坏或过于复杂，无法读取") from error
    if "reason" in answer:
        raise Unreadable(name, answer["reason"])
    return Text(answer["words"], tuple((offset, place) for offset, place in answer["marks"]))


def _confine() -> None:
    """Bound the memory of this process where the system can."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main() -> None:
    """Read the PDF on standard input and print its text, or the reason why there is none, as JSON."""
    _confine()
    try:
        text = pdf.read(sys.stdin.buffer.read(), "")
        answer: dict[str, object] = {"words": text.words, "marks": text.marks}
    except Unreadable as error:
        answer = {"reason": error.reason}
    except MemoryError:
        answer = {"reason": "PDF 过于复杂，超过内存限制"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
