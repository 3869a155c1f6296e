"""What comes from outside, fed with anything: each target takes bytes, and raises only where something is wrong with the code.

tests/test_fuzz.py drives the targets with hypothesis, scripts/fuzz_atheris.py by coverage. Questions are asked of a build that is made once
in a temporary folder, or of the one of POLICYKG_BUILD.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

from kg import backup, build, config, guard, manifest, notes, present, restore
from kg.errors import BuildDamaged, BuildNewer, BuildOutdated, UsageError
from kg.library import Library
from kg.restore import ArchiveDamaged
from kg.search import Filters
from kg.shipped import sample_corpus

DAY = date(2026, 11, 20)
# Seconds of processor that one input may take.
LONGEST_S = 5.0


@cache
def work() -> Path:
    """Return a folder of this process."""
    return Path(tempfile.mkdtemp(prefix="policykg-fuzz-"))


@cache
def library() -> Library:
    """Return the build that questions are asked of."""
    named = os.environ.get("POLICYKG_BUILD")
    where = Path(named) if named else work() / "build"
    if not named:
        build.ingest(where, [sample_corpus()], base=config.BASE, workers=1)
    return Library.open(where)


def question(data: bytes) -> None:
    """Ask: always an answer or a refusal within the limits of the contract."""
    text = data.decode("utf-8", "surrogateescape")
    answer = library().ask(text, DAY)
    assert len(answer.question) == len(text)
    json.dumps(present.as_json(answer), ensure_ascii=False).encode()
    assert answer.answer
    assert len(answer.answer) <= 1200
    assert bool(answer.facts) == answer.answered
    assert all(c.quote and len(c.quote) <= 400 for c in answer.citations)


def search(data: bytes) -> None:
    """Search: hits with reasons, or none."""
    found = library().search(data.decode("utf-8", "surrogateescape"), DAY, Filters(), 5)
    assert all(hit.reasons for hit in found.hits)


def query(data: bytes) -> None:
    """Look at a query: let through or refused with a verdict."""
    try:
        guard.check(data.decode("utf-8", "replace"))
    except guard.RefusedError as refused:
        expect(refused.verdict in ("empty", "long", "deep", "service", "update"), refused)


def settings(data: bytes) -> None:
    """Read a settings file: settings, or one line."""
    file = work() / "policykg.toml"
    file.write_bytes(data)
    before = os.environ.get(config.NAMED)
    os.environ[config.NAMED] = str(file)
    try:
        config.read()
    except UsageError as error:
        expect(len(str(error).splitlines()) == 1, error)
    finally:
        os.environ.pop(config.NAMED)
        if before is not None:
            os.environ[config.NAMED] = before


def manifests(data: bytes) -> None:
    """Read a manifest: a manifest, or one line."""
    (work() / "m").mkdir(exist_ok=True)
    (work() / "m" / manifest.NAME).write_bytes(data)
    for look in (manifest.load, manifest.outdated):
        try:
            found = look(work() / "m")
            assert manifest.path(work(), found).parent == work() or not found.generation
        except (BuildDamaged, BuildNewer, BuildOutdated) as error:
            expect(len(str(error).splitlines()) == 1, error)


def notebook(data: bytes) -> None:
    """Read notes, put one behind them, take them in elsewhere: what could be read stays."""
    where = work() / "n"
    where.mkdir(exist_ok=True)
    (where / notes.NAME).write_bytes(data)
    os.utime(where / notes.NAME, ns=(time.time_ns(), time.time_ns()))
    before = notes.load(where).by_iri
    notes.add(where, [notes.Note("urn:new", "原文", ("A",), "备注")])
    after = notes.load(where).by_iri
    assert {**before, "urn:new": after["urn:new"]} == after
    notes.merge(where, data)
    assert {iri: n for iri, n in notes.load(where).by_iri.items() if iri != "urn:new"} == {i: n for i, n in after.items() if i != "urn:new"}


def codebook(data: bytes) -> None:
    """Read a codebook: codes, or one line."""
    try:
        assert all(code.code and "|" not in code.code for code in notes.parsed(data))
    except UsageError as error:
        expect(len(str(error).splitlines()) == 1, error)


def archive(data: bytes) -> None:
    """Look at an archive: the head of a backup, or one line."""
    file = work() / "archive"
    file.write_bytes(data)
    try:
        assert restore.looked_at(file).kind == backup.KIND
    except (ArchiveDamaged, BuildNewer, BuildOutdated) as error:
        expect(len(str(error).splitlines()) == 1, error)


def expect(holds: bool, error: Exception) -> None:
    """Raise AssertionError where something does not hold of an error."""
    if not holds:
        raise AssertionError(repr(error)) from error


TARGETS: dict[str, Callable[[bytes], None]] = {
    "question": question,
    "search": search,
    "query": query,
    "settings": settings,
    "manifest": manifests,
    "notes": notebook,
    "codebook": codebook,
    "archive": archive,
}


def bounded(target: Callable[[bytes], None], data: bytes) -> None:
    """Run a target on an input; AssertionError where it takes too long."""
    begun = time.process_time()
    target(data)
    assert time.process_time() - begun <= LONGEST_S, f"{time.process_time() - begun:.1f} s"


def seeds(name: str) -> list[bytes]:
    """Return inputs of the right kind to begin with."""
    if name in ("question", "search"):
        asked = ("科技保险补贴最高多少？", "《青岛市科技保险费用补贴管理办法》何时到期？", "谁负责解释？", "研发投入1.2亿元、增长16%的企业能申请哪些奖补？")
        return [text.encode() for text in asked]
    if name == "archive":
        backup.write(library().shelf.build, work() / "seed.tar", build.quiet)
        return [(work() / "seed.tar").read_bytes()[:2048]]
    return {
        "query": [b'SELECT * { ?s a "x\\"" . SERVICE <urn:x> { ?a ?b """c""" } } # d', b"INSERT DATA { <urn:a> <urn:b> 'c' }"],
        "settings": [b'build = "x"\nreadonly = true\n[log]\nformat = "json"\n[serve]\nport = 1\n'],
        "manifest": [(library().shelf.build / manifest.NAME).read_bytes()] if name == "manifest" else [],
        "notes": [b'{"iri": "urn:a", "quote": "b", "codes": ["A"], "text": "c", "wrong": false, "made": "2026-11-20T00:00:00+00:00"}\n'],
        "codebook": ["代码,名称,类别,说明,来源\nA,甲,供给,一,\n".encode()],
    }[name]
