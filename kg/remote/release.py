"""Which build stands in a graph store, told in a graph of its own; readers use what is published of exactly their build.

While graphs are being replaced one by one the store says that it is being written, so that no reader takes old and new together for a build.
"""

from __future__ import annotations

import hashlib
import json
from typing import Protocol

from kg.errors import BuildBusy
from kg.manifest import Manifest
from kg.sparql import Rows
from ontology.terms import Iri

STATE = Iri("urn:policykg:published")
BUILD = Iri("urn:policykg:build")
RELEASE = Iri("urn:policykg:release")
DIGEST = Iri("urn:policykg:digest")
# What the store says while it is being written.
WRITING = "writing"

_RELEASE = f"SELECT ?release WHERE {{ <{BUILD}> <{RELEASE}> ?release }}"
_DIGESTS = f"SELECT ?graph ?digest WHERE {{ GRAPH <{STATE}> {{ ?graph <{DIGEST}> ?digest }} }}"


class Selects(Protocol):
    """What answers need of a graph."""

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT in its order."""
        ...


def name(manifest: Manifest) -> str:
    """Return what tells a build from every other: its generation, and a digest of all it was made from."""
    made_from = (manifest.base, manifest.rules, manifest.model, manifest.built, [(e.source, e.sha256) for e in manifest.sources])
    return f"{manifest.generation}-{hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]}"


def published(store: Selects) -> str | None:
    """Return the name of the build that queries without GRAPH see in a store, None for none."""
    return next((row.need("release", str) for row in store.select(_RELEASE)), None)


def digests(store: Selects) -> dict[str, str]:
    """Return the digest of every published graph, of an interrupted publication those that had arrived."""
    return {row.need("graph", Iri): row.need("digest", str) for row in store.select(_DIGESTS)}


class Fenced:
    """A store read as one build: every result is of that build, whole, or none."""

    def __init__(self, store: Selects, release: str) -> None:
        """Check that the store holds the build; BuildBusy where it does not."""
        self._store = store
        self._release = release
        self._expect()

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT; BuildBusy where another build has begun to come in meanwhile."""
        found = self._store.select(query)
        # Asked afterwards: a store says first that it changes and then changes, so what still stood after the query stood through it.
        self._expect()
        return found

    def _expect(self) -> None:
        found = published(self._store)
        if found != self._release:
            raise BuildBusy(f"图谱服务器上{_what(found)}，不是本机的构建：请运行 policykg publish，或稍后再试。")


def _what(found: str | None) -> str:
    if found is None:
        return "没有（或不把各图合为默认图给出）已发布的构建"
    return "正在写入构建" if found.startswith(WRITING) else f"是构建 {found.partition('-')[0]} 的另一版"
