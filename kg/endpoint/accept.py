"""Which representation a client wants: the Accept header with its q-values against what is on offer."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A format and the media types that ask for it, its own first."""

    name: str
    types: tuple[str, ...]


ROWS = (
    Offer("json", ("application/sparql-results+json", "application/json")),
    Offer("xml", ("application/sparql-results+xml", "application/xml", "text/xml")),
    Offer("csv", ("text/csv",)),
    Offer("tsv", ("text/tab-separated-values",)),
)
GRAPHS = (
    Offer("turtle", ("text/turtle", "application/turtle", "application/x-turtle")),
    Offer("jsonld", ("application/ld+json", "application/json")),
    Offer("ntriples", ("application/n-triples", "text/plain")),
    Offer("rdfxml", ("application/rdf+xml", "application/xml", "text/xml")),
)
HTML = Offer("html", ("text/html", "application/xhtml+xml"))


def choose(header: str | None, offers: Iterable[Offer]) -> str:
    """Return the name of the offer that the header prefers, the first of equals; "" where it accepts none.

    The most specific range that covers a media type decides its q; parameters other than q are not compared.
    """
    ranges = _ranges(header or "*/*")
    best, best_q = "", 0.0
    for offer in offers:
        q = max(_quality(type_, ranges) for type_ in offer.types)
        if q > best_q:
            best, best_q = offer.name, q
    return best


def types(offers: Iterable[Offer]) -> str:
    """Return the media types on offer, for a person who asked for another."""
    return ", ".join(offer.types[0] for offer in offers)


def _ranges(header: str) -> dict[str, float]:
    """Return the q of each media range; a q that is no number between 0 and 1 counts as 0."""
    found: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        q = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                q = 0.0
                with suppress(ValueError):
                    q = float(value)
                q = q if 0 <= q <= 1 else 0.0
                break
        if name:
            found[name.lower()] = max(q, found.get(name.lower(), 0.0))
    return found or {"*/*": 1.0}


def _quality(type_: str, ranges: dict[str, float]) -> float:
    for range_ in (type_, type_.partition("/")[0] + "/*", "*/*"):
        if range_ in ranges:
            return ranges[range_]
    return 0.0
