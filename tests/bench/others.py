"""``python -m tests.bench.others [SHARE]``: the same clauses in what a user would pick instead, side by side in one run.

(a) jieba.lcut alone over the text, (b) rdflib's graph in memory with the same triples and look-ups, (c) txtai with the same vectors, embeddings
and graph index. txtai needs another environment: TXTAI_PYTHON names its interpreter, and where there is none that part says so. Times are those
of the processors, which a busy machine changes least.
SHARE is which of the laws to take (32: every thirty-second), since rdflib takes a minute a million triples.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyoxigraph as ox
import rdflib

from kg import search
from kg.library import Library
from tests.bench import works
from tests.bench.__main__ import ON, questions
from tests.bench.works import processor, row
from tests.conftest import ROOT, SHARED

LOOKUPS = 200
_ABOUT = "SELECT ?p ?o WHERE {{ GRAPH ?g {{ <{}> ?p ?o }} }}"
_FACTS = "PREFIX pk: <https://w3id.org/policykg/ns#> SELECT ?f ?q WHERE {{ GRAPH ?g {{ ?f pk:clause <{}> ; pk:quote ?q }} }}"


def main() -> None:
    """Measure and print a table."""
    share = int(sys.argv[1]) if len(sys.argv) > 1 else 32
    with tempfile.TemporaryDirectory(prefix="policykg-others-") as folder:
        laws, build = Path(folder) / "laws", Path(folder) / "build"
        row("text", works.unpack(laws, share) / 1e6, "MB")
        floor = works.segmented(laws)
        fresh = works.policykg("ingest", str(laws), str(SHARED / "corpus"), "--build", str(build))
        row("jieba.lcut, processor time", floor.processor, "s")
        row("policykg ingest, processor time", fresh.processor, "s")
        library = Library.open(build)
        row("clauses", len(library.shelf.vectors), "")
        beside_rdflib(library)
        beside_txtai(library, Path(folder) / "txtai")


def beside_rdflib(library: Library) -> None:
    """Load the build's triples into both stores and ask both the same look-ups."""
    lines = "\n".join(library.shelf.store.nquads())
    row("triples", lines.count("\n") + 1, "")
    clauses = sorted(str(r[0]) for r in library.shelf.select("SELECT clause FROM clauses"))
    queries = [form.format(clause) for clause in random.Random(7).sample(clauses, LOOKUPS // 2) for form in (_ABOUT, _FACTS)]
    with tempfile.TemporaryDirectory(prefix="policykg-load-") as folder:
        ours = processor(lambda: ox.Store(folder).bulk_load(lines.encode(), format=ox.RdfFormat.N_QUADS))
    before = works.held(os.getpid())
    theirs = rdflib.Dataset()
    loaded = processor(lambda: theirs.parse(data=lines, format="nquads"))
    row("rdflib, load", loaded, "s")
    row("pyoxigraph on disk, load", ours, "s")
    row("rdflib / pyoxigraph, load", loaded / ours, "times")
    row("rdflib, memory", (works.held(os.getpid()) - before) / 1e6, "MB")
    slow = statistics.median(processor(lambda query=query: list(theirs.query(query))) for query in queries) * 1e3  # type: ignore[misc]
    quick = statistics.median(processor(lambda query=query: list(library.shelf.store.inner.query(query))) for query in queries) * 1e3  # type: ignore[misc]
    row("rdflib, a look-up", slow, "ms")
    row("pyoxigraph, a look-up", quick, "ms")
    row("rdflib / pyoxigraph, a look-up", slow / quick, "times")


def beside_txtai(library: Library, folder: Path) -> None:
    """Give txtai the same clauses with the same vectors, then ask both the same questions."""
    python = os.environ.get("TXTAI_PYTHON") or (sys.executable if importlib.util.find_spec("txtai") else None)
    if python is None:
        print("txtai: not installed here; TXTAI_PYTHON=… names an interpreter that has it (pip install 'txtai[graph]')")
        return
    folder.mkdir()
    rows = library.shelf.select("SELECT clause, text FROM clauses ORDER BY clause")
    texts = [str(text) for _, text in rows]
    asked = list(questions())
    begun = time.process_time()
    vectors = library.shelf.encoder.encode(texts)
    row("vectors of all clauses", time.process_time() - begun, "s")
    # A clause without a known word has a vector of zeros, which txtai cannot scale to length 1.
    vectors[~vectors.any(axis=1), 0] = 1
    np.save(folder / "clauses.npy", vectors)
    np.save(folder / "questions.npy", library.shelf.encoder.encode(asked))
    (folder / "texts.json").write_text(json.dumps({"clauses": texts, "questions": asked}, ensure_ascii=False), "utf-8")
    script = ROOT / "tests" / "bench" / "with_txtai.py"
    done = subprocess.run([python, str(script), str(folder)], capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": ""})
    if done.returncode:
        print(f"txtai: failed: {done.stderr.strip().splitlines()[-1:]}")
        return
    told = json.loads(done.stdout.strip().splitlines()[-1])
    for one in asked:
        library.search(one, ON, search.Filters(), 10)
    ours = statistics.median(processor(lambda one=one: library.search(one, ON, search.Filters(), 10)) for one in asked) * 1e3  # type: ignore[misc]
    row("txtai, index and graph", told["processor_s"], "s")
    row("txtai, a search (vectors)", told["search_ms"], "ms")
    row("policykg, a search (words and vectors)", ours, "ms")
    row("txtai, a walk in its graph", told["graph_ms"], "ms")
    row("txtai, memory", told["memory_mb"], "MB")
    row("policykg, memory of this process", works.held(os.getpid()) / 1e6, "MB")


if __name__ == "__main__":
    main()
