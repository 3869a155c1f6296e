"""The clauses and facts of a document as a workbook."""

from __future__ import annotations

from collections.abc import Sequence

from kg import browse, dossier, notes, sheet
from kg.library import Library
from kg.notes import Notes
from kg.shelf import ClauseRow, DocumentRow
from kg.ui import reading


def of_document(library: Library, document: DocumentRow) -> bytes:
    """Return the clauses and facts of a document as a workbook, one sheet a kind."""
    clauses = library.shelf.clauses_of(document.iri)
    text = library.shelf.text(document.source) or ""
    paths = {c.iri: "/".join(c.path) for c in clauses}
    noted = notes.load(library.shelf.build)
    sheets: list[tuple[str, Sequence[str], list[Sequence[sheet.Cell]]]] = [
        (
            "条款",
            ("位置", "标题", "原文", "起", "止", "页/段", "IRI", *notes.ON_CLAUSE),
            [_clause(library, c, browse.shown(text, c.start, c.end), noted) for c in clauses],
        )
    ]
    for name, kind in reading.MARKS.items():
        found = dossier.facts(library.shelf, document.iri, [kind])
        columns = ("位置", "原文", *dossier.columns(kind), "起", "止", "条款 IRI", "IRI", *notes.ON_FACT)
        width = len(dossier.columns(kind))
        rows = [
            (paths.get(f.clause), browse.shown(text, f.start, f.end), *f.cells[:width], f.start, f.end, f.clause, f.iri, *noted.fact_cells(f.iri, f.quote))
            for f in found
        ]
        sheets.append((name, columns, list(rows)))
    return sheet.xlsx_bytes(sheets)


def _clause(library: Library, c: ClauseRow, words: str, noted: Notes) -> tuple[sheet.Cell, ...]:
    spot = library.shelf.spot(c.source, c.start)
    return ("/".join(c.path), c.heading, words, c.start, c.end, spot, c.iri, *noted.clause_cells(c.iri))
