"""Recognisers: pure functions from a Flow to records, each independent of the others."""
