"""Engines past one machine behind small interfaces: the graph over SPARQL, vectors in PostgreSQL."""
