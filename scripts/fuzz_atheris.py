"""Drive a target of scripts/fuzz.py by coverage, with atheris (to be installed apart: ``pip install atheris``).

    python -m scripts.fuzz_atheris TARGET [-max_total_time=60 …]

The options are libFuzzer's. Seeds are written to a temporary folder; an input that fails is left in the working directory as crash-….
"""

from __future__ import annotations

import sys

import atheris

# What decides about an input; to instrument everything takes minutes.
WATCHED = {
    "question": ["kg.question", "kg.titles", "kg.spelling", "kg.answering", "ingest.flow", "ingest.places", "ingest.recognise.agencies"],
    "search": ["kg.search", "kg.lexical", "kg.fusion", "ingest.words"],
    "query": ["kg.guard"],
    "settings": ["kg.config", "tomllib"],
    "manifest": ["kg.manifest", "json"],
    "notes": ["kg.notes", "ingest.flow"],
    "codebook": ["kg.notes"],
    "archive": ["kg.restore", "kg.backup", "tarfile", "gzip"],
}

with atheris.instrument_imports(include=WATCHED.get(sys.argv[1] if len(sys.argv) > 1 else "", [])):
    from scripts import fuzz


def main() -> None:
    """Run one target."""
    if len(sys.argv) < 2 or sys.argv[1] not in fuzz.TARGETS:
        raise SystemExit(f"usage: python -m scripts.fuzz_atheris {'|'.join(fuzz.TARGETS)} [-max_total_time=60 …]")
    name = sys.argv.pop(1)
    target = fuzz.TARGETS[name]
    seeds = fuzz.work() / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(fuzz.seeds(name)):
        (seeds / str(number)).write_bytes(seed)
        target(seed)
    atheris.Setup([*sys.argv, str(seeds)], lambda data: fuzz.bounded(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
