"""Exports: the contract's tables with their data package, and RDF by file ending; deterministic, written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg import tables
from kg.errors import PolicyKGError, UsageError
from kg.shelf import Shelf
from kg.tables import Table

# The contract's columns of each CSV file, in its order.
COLUMNS: dict[str, tuple[str, ...]] = {
    "documents": (
        "document", "title", "notice_title", "number", "index_number", "issuers", "issued", "published", "effective", "expires", "effective_derived",
        "expires_derived", "validity_basis", "genre", "place", "edition", "status", "policy", "copy_of", "url", "sha256", "source",
    ),
    "clauses": ("clause", "document", "label", "path", "heading", "text", "source", "start", "end"),
    "amounts": (
        "id", "clause", "document", "path", "quote", "value", "high", "unit", "bound", "purpose", "about", "per", "condition", "rate_of", "capped_by",
        "status", "source", "start", "end",
    ),
    "responsibilities": ("clause", "document", "path", "agency", "surface", "role", "task", "quote", "status", "source", "start", "end"),
    "references": (
        "clause", "document", "path", "quote", "target_title", "target_number", "target_clause", "relation", "kind", "resolved", "source", "start", "end",
    ),
    "definitions": ("clause", "document", "path", "term", "meaning", "quote", "source", "start", "end"),
    "deadlines": ("clause", "document", "path", "what", "due", "recurs", "lasts", "unit", "counts_from", "quote", "source", "start", "end"),
    "norms": ("clause", "document", "path", "kind", "who", "quote", "source", "start", "end"),
    "agencies": ("agency", "name", "short_names", "place", "level"),
}  # fmt: skip
_TYPES = {"start": "integer", "end": "integer", "value": "number", "high": "number", "lasts": "number"} | dict.fromkeys(
    ("issued", "published", "effective", "expires", "effective_derived", "expires_derived", "due"), "date"
)
_KEYS = {"documents": "document", "clauses": "clause", "amounts": "id", "agencies": "agency"}
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_NAMED = frozenset({ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG})


def rows(shelf: Shelf, name: str, on: date) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table in the order of its columns, documents and clauses in text order."""
    known: dict[str, Table] = {t.name: t for t in tables.TABLES}
    has = known[name].columns
    status = {iri: d.status(on) for iri, d in shelf.documents.items()}
    labels = {str(r[0]): str(r[1]) for r in shelf.select("SELECT iri, document FROM documents")}
    paths = "c.path" if "path" in COLUMNS[name] and "path" not in has else "NULL"
    source = f'"{name}" t' + (" JOIN clauses c ON c.clause = t.clause" if paths != "NULL" else "")
    owner = "t.iri" if name == "documents" else "t.document" if "document" in has else "NULL"
    picked = ", ".join(paths if c == "path" and c not in has else "NULL" if c == "status" else f't."{c}"' for c in COLUMNS[name])
    for document, *cells in shelf.select(f"SELECT {owner}, {picked} FROM {source} ORDER BY t.rowid"):
        fixed = {"status": status.get(str(document)), "document": labels.get(str(document))}
        yield tuple(fixed[c] if c in fixed and fixed[c] is not None else cell for c, cell in zip(COLUMNS[name], cells, strict=True))


def write_tables(shelf: Shelf, folder: Path, on: date, *, bom: bool = False) -> dict[str, int]:
    """Write every table as CSV with datapackage.json into a folder and return the numbers of rows."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} 不是文件夹。")
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        counts = {name: _csv(fresh / f"{name}.csv", columns, rows(shelf, name, on), bom) for name, columns in COLUMNS.items()}
        (fresh / "datapackage.json").write_text(json.dumps(package(shelf, on), ensure_ascii=False, indent=1) + "\n", "utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(fresh.iterdir()):
            os.replace(file, folder / file.name)
        fresh.rmdir()
    except OSError as error:
        raise PolicyKGError(f"{folder} 不能写入（{error.strerror}）。") from error
    return counts


def _csv(path: Path, columns: Iterable[str], lines: Iterable[tuple[object, ...]], bom: bool) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for line in lines:
            writer.writerow("" if cell is None else cell for cell in line)
            count += 1
    return count


def package(shelf: Shelf, on: date) -> dict[str, object]:
    """Return the Frictionless description of the tables: types, keys, the day and the build."""
    resources = []
    for name, columns in COLUMNS.items():
        fields = [{"name": c, "type": _TYPES.get(c, "string")} for c in columns]
        schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
        if name in _KEYS:
            schema["primaryKey"] = [_KEYS[name]]
        if name not in ("documents", "clauses", "agencies"):
            schema["foreignKeys"] = [{"fields": ["clause"], "reference": {"resource": "clauses", "fields": ["clause"]}}]
        resources.append({"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema})
    manifest = shelf.manifest
    return {"name": "policykg-tables", "profile": "tabular-data-package", "on": on.isoformat(), "build": manifest.built, "base": manifest.base, "resources": resources}


def write_rdf(shelf: Shelf, file: Path) -> int:
    """Write the graph in the format of the file's ending and return the number of triples; named graphs stay in .nq and .trig."""
    form = _FORMATS.get(file.suffix.lower())
    if form is None:
        raise UsageError(f"不认识的扩展名 {file.suffix or '（无）'}，可用：{' '.join(_FORMATS)}。")
    quads = sorted(shelf.store.inner, key=str)
    fresh = file.with_name(file.name + ".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        prefixes = {"pk": "https://w3id.org/policykg/ns#", "dcterms": "http://purl.org/dc/terms/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
        ox.serialize(quads if form in _NAMED else (q.triple for q in quads), str(fresh), form, prefixes=prefixes)
        os.replace(fresh, file)
    except OSError as error:
        raise PolicyKGError(f"{file} 不能写入（{error.strerror or error}）。") from error
    return len(quads)
