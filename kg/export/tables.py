"""The contract's tables as CSV with their Frictionless data package."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from kg import tables
from kg.export import whole
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
TYPES = {"start": "integer", "end": "integer", "value": "number", "high": "number", "lasts": "number"} | dict.fromkeys(
    ("issued", "published", "effective", "expires", "effective_derived", "expires_derived", "due"), "date"
)
_KEYS = {"documents": "document", "clauses": "clause", "amounts": "id", "agencies": "agency"}


def rows(shelf: Shelf, name: str, on: date) -> Iterator[tuple[object, ...]]:
    """Yield the rows of a table in the order of its columns, documents and clauses in text order."""
    known: dict[str, Table] = {t.name: t for t in tables.TABLES}
    has = known[name].columns
    status = {iri: d.status(on) for iri, d in shelf.documents.items()}
    labels = {str(r[0]): str(r[1]) for r in shelf.select("SELECT iri, document FROM documents")}
    path = "(SELECT c.path FROM clauses c WHERE c.clause = t.clause)" if "path" in COLUMNS[name] and "path" not in has else "NULL"
    owner = "t.iri" if name == "documents" else "t.document" if "document" in has else "NULL"
    picked = ", ".join(path if c == "path" and c not in has else "NULL" if c == "status" else f't."{c}"' for c in COLUMNS[name])
    for document, *cells in shelf.select(f'SELECT {owner}, {picked} FROM "{name}" t ORDER BY {_order(known[name])}'):
        fixed = {"status": status.get(str(document)), "document": labels.get(str(document))}
        yield tuple(fixed[c] if c in fixed and fixed[c] is not None else cell for c, cell in zip(COLUMNS[name], cells, strict=True))


def _order(table: Table) -> str:
    """Return what puts rows in text order: within a source they were written in it."""
    return "t.source, t.rowid" if "source" in table.columns else f't."{table.columns[0]}"'


def write_tables(shelf: Shelf, folder: Path, on: date, *, bom: bool = False) -> dict[str, int]:
    """Write every table as CSV with datapackage.json into a folder and return the numbers of rows."""
    with whole.folder(folder) as fresh:
        counts = {name: _csv(fresh / f"{name}.csv", columns, rows(shelf, name, on), bom) for name, columns in COLUMNS.items()}
        (fresh / "datapackage.json").write_text(json.dumps(package(shelf, on), ensure_ascii=False, indent=1) + "\n", "utf-8")
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
        fields = [{"name": c, "type": TYPES.get(c, "string")} for c in columns]
        schema: dict[str, object] = {"fields": fields, "missingValues": [""]}
        if name in _KEYS:
            schema["primaryKey"] = [_KEYS[name]]
        if name not in ("documents", "clauses", "agencies"):
            schema["foreignKeys"] = [{"fields": ["clause"], "reference": {"resource": "clauses", "fields": ["clause"]}}]
        resources.append({"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema})
    manifest = shelf.manifest
    return {
        "name": "policykg-tables",
        "profile": "tabular-data-package",
        "on": on.isoformat(),
        "build": manifest.built,
        "base": manifest.base,
        "resources": resources,
    }
