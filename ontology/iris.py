"""The one place that mints IRIs: documents, clauses, facts, agencies and graphs under one base.

Chinese stands in an IRI as it is; what RFC 3987 does not allow there is percent-encoded as UTF-8.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from ontology.terms import Iri

DEFAULT_BASE = "http://127.0.0.1:8502/id/"
SLUG_LENGTH = 60

FactKind = Literal["amount", "duty", "reference", "definition", "deadline", "norm", "mention"]

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]*[/#]\Z")
_NOT_A_WORD = re.compile(r"[\W_]+")
# Unreserved and sub-delimiters of RFC 3987, ":" "@" and the "/" between segments; "%" is encoded, so that decoding returns the name.
_NOT_IN_PATH = re.compile(
    r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/\u00a0-\u1fff\u2010-\u2027\u2030-\u205f\u2070-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)


def document_id(title: str, number: str | None, issued: date | None, source_path: str) -> str:
    """Return the id of a document: slug of 文号 or title, "-", 8 hex digits of SHA-256(title, issue date, source path).

    The slug has at most 60 characters, e.g. 青政办字-2024-53号-0a1b2c3d.
    """
    plain = unicodedata.normalize("NFKC", number or title)
    slug = _NOT_A_WORD.sub("-", plain)[: SLUG_LENGTH + 1].strip("-")[:SLUG_LENGTH].rstrip("-") or "document"
    parts = (title, issued.isoformat() if issued else "", source_path)
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    return f"{slug}-{digest[:8]}"


def is_base(text: str) -> bool:
    """Say whether IRIs can be minted under a base: absolute, ending with "/" or "#"."""
    return bool(_ABSOLUTE.match(text))


@lru_cache(maxsize=8192)
def encode(text: str) -> str:
    """Percent-encode what may not stand in an IRI's path; "/" and Chinese stay."""
    return _NOT_IN_PATH.sub(_percent, text)


def decode(text: str) -> str:
    """Undo ``encode``."""
    return unquote(text, errors="surrogateescape")


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogateescape"))


@dataclass(frozen=True, slots=True)
class Iris:
    """Mints IRIs under a base, which is absolute and ends with "/" or "#"; raises ValueError for another."""

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not is_base(self.base):
            raise ValueError(f"not an absolute IRI that ends with / or #: {self.base}")

    def document(self, document: str) -> Iri:
        """Return the IRI of a document by its id."""
        return Iri(self.base + encode(document))

    def clause(self, document: str, key: str) -> Iri:
        """Return the IRI of a clause by the id of its document and its key."""
        return Iri(f"{self.base}{encode(document)}/{encode(key)}")

    def fact(self, clause: str, kind: FactKind, number: int) -> Iri:
        """Return the IRI of the number-th fact (from 1) of a kind in a clause."""
        return Iri(f"{clause}#{kind}-{number}")

    def agency(self, name: str) -> Iri:
        """Return the IRI of a body by its full official name."""
        return Iri(f"{self.base}agency/{encode(name)}")

    def resolve(self, target: str) -> Iri:
        """Return the IRI of a target that linking found: a document id, or one with "/" and a clause key behind it."""
        return Iri(self.base + encode(target))

    @property
    def registry(self) -> Iri:
        """The graph of what several sources share: the agencies."""
        return Iri(self.base + "graph/registry")

    @property
    def links(self) -> Iri:
        """The graph of what depends on other sources."""
        return Iri(self.base + "graph/links")

    def source(self, path: str) -> Iri:
        """Return the graph of a source by its path."""
        return Iri(f"{self.base}graph/source/{encode(path)}")

    def source_path(self, graph: str) -> str | None:
        """Return the path of the source whose graph this is, None for another graph."""
        head = f"{self.base}graph/source/"
        return decode(graph.removeprefix(head)) if graph.startswith(head) else None

    def document_of(self, iri: str) -> Iri:
        """Return the IRI of the document that a document, clause or fact IRI belongs to; raises ValueError for another IRI."""
        local = iri.removeprefix(self.base)
        if local == iri or local.startswith(("agency/", "graph/")):
            raise ValueError(f"not an IRI of a document, clause or fact: {iri}")
        return Iri(self.base + local.partition("#")[0].partition("/")[0])
