"""Exports: tables, graph, networks, workbook, catalogue entry and report; deterministic, written whole or not at all."""

from kg.export.graph import write_rdf
from kg.export.tables import COLUMNS, package, rows, write_tables

__all__ = ["COLUMNS", "package", "rows", "write_rdf", "write_tables"]
