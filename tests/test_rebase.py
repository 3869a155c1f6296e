"""Another base for all IRIs: the same build under another name, made without reading a file, and upgrades made from kept texts."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.read import read
from kg import build, harvest, kept, manifest, notes
from kg.config import BASE
from kg.errors import BuildNewer, BuildOutdated, PolicyKGError, UsageError
from kg.notes import Note
from kg.shelf import Shelf
from ontology.records import Reading, Source
from tests.conftest import ROOT
from tests.policies import built, clean, corpus, ingest, policy, said
from tests.serving import serving

__all__ = ["built", "corpus"]

OTHER = "https://policy.example.org/zh/id/"


def test_a_rebased_build_is_the_one_made_under_that_base(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(built, corpus)
    monkeypatch.setattr(harvest.files, "read", lambda *_: pytest.fail("a file was read"))
    shutil.rmtree(corpus)
    assert build.rebase(built, OTHER).kept == 2
    monkeypatch.undo()
    assert manifest.load(built).base == OTHER
    assert clean(built)
    assert BASE not in repr(said(built))
    build.rebase(built, BASE)
    assert not [iri for iri in Shelf.open(built).documents if not iri.startswith(BASE)]


def test_a_rebased_build_equals_a_fresh_one(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    build.rebase(built, OTHER)
    fresh = built.with_name("fresh")
    build.ingest(fresh, [corpus], base=OTHER, workers=1)
    assert said(built) == said(fresh)
    assert ingest(built, corpus).kept == 2
    assert said(built) == said(fresh)


@pytest.mark.parametrize("other", [OTHER, BASE + "v2/", "http://127.0.0.1:8502/"])
def test_notes_go_along(built: Path, corpus: Path, other: str) -> None:
    ingest(built, corpus)
    iri = next(iter(Shelf.open(built).documents))
    notes.add(built, [Note(iri, "", ("SF-1",), "待核"), Note("urn:else", "", (), "另一处")])
    build.rebase(built, other)
    moved = other + iri.removeprefix(BASE)
    assert {i: n.text for i, n in notes.load(built).by_iri.items()} == {moved: "待核", "urn:else": "另一处"}
    assert moved in Shelf.open(built).documents
    build.rebase(built, other)
    assert set(notes.load(built).by_iri) == {moved, "urn:else"}
    build.rebase(built, BASE)
    assert set(notes.load(built).by_iri) == {iri, "urn:else"}


def test_what_cannot_be_kept_stops_a_rebase(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    whole = said(built)
    before = manifest.load(built)
    shutil.rmtree(built / "readings")
    shutil.rmtree(corpus)
    with sqlite3.connect(built / before.generation / "tables.sqlite") as tables:
        tables.execute("UPDATE sources SET sha256 = 'else' WHERE source = '孵化.txt'")
    with pytest.raises(PolicyKGError, match="原来的构建未改动"):
        build.rebase(built, OTHER)
    assert manifest.load(built) == before
    assert said(built) == whole
    assert not list(built.glob("*.new"))


@pytest.mark.parametrize("bad", ["", "nowhere", "http://x/a b/", "http://x/id", "https://x/\n/"])
def test_what_is_no_base_is_refused(built: Path, corpus: Path, bad: str) -> None:
    with pytest.raises(UsageError):
        build.ingest(built, [corpus], base=bad)
    ingest(built, corpus)
    with pytest.raises(UsageError, match="IRI"):
        build.rebase(built, bad)


def test_the_endpoint_follows_to_the_other_base(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    with serving(built) as server:
        first = next(iter(Shelf.open(built).documents)).removeprefix(BASE)
        assert server.ask("GET", "/id/" + _quoted(first)).status == 303
        build.rebase(built, OTHER)
        assert server.ask("GET", "/zh/id/" + _quoted(first)).status == 303
        assert server.ask("GET", "/id/" + _quoted(first)).status == 404


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def test_texts_kept_in_the_build_stand_in_for_files_that_are_gone(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(built, corpus)
    whole = said(built)
    corpus.rename(corpus.with_name("away"))
    shutil.rmtree(built / "readings")
    monkeypatch.setattr(build, "rules", lambda: "0123456789abcdef")
    (corpus.parent / "new.txt").write_text(policy("桥梁", 9), "utf-8")
    report = ingest(built, corpus.parent / "new.txt")
    assert (report.added, report.kept, report.gone) == (("new.txt",), 2, ())
    build.remove(built, ["new.txt"])
    assert said(built) == whole


def test_a_text_that_stumbles_is_left_to_be_refused(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(built, corpus)
    shutil.rmtree(built / "readings")
    shutil.rmtree(corpus)

    def stumble(source: Source) -> Reading:
        if source.path == "孵化.txt":
            raise IndexError(source.path)
        return read(source)

    monkeypatch.setattr(kept, "read", stumble)
    with pytest.raises(PolicyKGError, match="原来的构建未改动"):
        build.rebase(built, OTHER)


def changed(where: Path, **values: object) -> None:
    data = json.loads((where / "manifest.json").read_text("utf-8"))
    for file in (where / "manifest.json", where / data["generation"] / "manifest.json"):
        file.write_text(json.dumps(data | values), "utf-8")


def test_a_build_of_a_later_version_is_left_alone(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    changed(built, format=manifest.FORMAT + 1)
    before = (built / "manifest.json").read_bytes()
    for work in (
        lambda: Shelf.open(built),
        lambda: ingest(built, corpus),
        lambda: build.remove(built, ["孵化.txt"]),
        lambda: build.rebase(built, OTHER),
    ):
        with pytest.raises(BuildNewer, match="更新版本") as failure:
            work()
        assert "\n" not in str(failure.value)
    assert (built / "manifest.json").read_bytes() == before


def test_the_app_and_the_command_line_say_so_in_a_line(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(built, corpus)
    changed(built, format=manifest.FORMAT + 1)
    monkeypatch.setenv("POLICYKG_BUILD", str(built))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not app.exception
    assert "更新版本" in app.text[0].value
    for words in (("ask", "问"), ("check",), ("serve", "--port", "1"), ("ingest", str(corpus)), ("backup", str(built.with_name("b.tar")))):
        done = subprocess.run([sys.executable, "-m", "kg", *words], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert "更新版本" in done.stderr


def test_an_older_build_whose_files_are_gone_is_rebuilt_from_its_texts(built: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(built, corpus)
    whole = said(built)
    shutil.rmtree(built / "readings")
    corpus.rename(corpus.with_name("away"))
    changed(built, format=1, rules="an older one")
    with pytest.raises(BuildOutdated, match="重建"):
        Shelf.open(built)
    (corpus.parent / "new.txt").write_text(policy("桥梁", 9), "utf-8")
    assert ingest(built, corpus.parent / "new.txt").kept == 2
    build.remove(built, ["new.txt"])
    assert said(built) == whole


def test_an_older_manifest_that_says_other_things_is_written_anew(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    whole = said(built)
    changed(built, format=1, sources=[{"name": "孵化.txt"}])
    ingest(built, corpus)
    assert said(built) == whole
    changed(built, format=1, more={"x": 1}, roots=[{"path": str(corpus), "prefix": "", "colour": "red"}])
    assert ingest(built, corpus).kept == 2
