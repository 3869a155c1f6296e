"""txtai over given clauses and vectors, run by ``tests.bench.others`` in an environment of its own: prints one line of JSON.

The folder holds texts.json (clauses, questions), clauses.npy and questions.npy, one row for each text, float32, of length 1.
"""

from __future__ import annotations

import importlib
import json
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np


def main() -> None:
    """Index, search and walk."""
    folder = Path(sys.argv[1])
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    vectors = dict(zip(texts["clauses"], np.load(folder / "clauses.npy"), strict=True))
    vectors |= dict(zip(texts["questions"], np.load(folder / "questions.npy"), strict=True))

    def transform(some: Sequence[str]) -> Any:
        return np.stack([vectors[one] for one in some])

    # Loaded by name: the project's own environment does not have it.
    embeddings: Any = importlib.import_module("txtai").Embeddings(method="external", transform=transform, content=True, graph={"topics": False})
    begun = time.process_time()
    embeddings.index((i, text, None) for i, text in enumerate(texts["clauses"]))
    spent = time.process_time() - begun
    found = [timed(lambda one=one: embeddings.search(one, 10)) for _ in range(2) for one in texts["questions"]]
    walked = [timed(lambda one=one: embeddings.search(one, 10, graph=True)) for one in texts["questions"]]
    told = {
        "processor_s": spent,
        "search_ms": statistics.median(found[len(texts["questions"]) :]),
        "graph_ms": statistics.median(walked),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }
    print(json.dumps(told))


def timed(work: Any) -> float:
    """Return the milliseconds of the processors that a piece of work takes."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1e3


if __name__ == "__main__":
    main()
