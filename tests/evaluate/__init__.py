"""Scores over the gold labels, against floors that only rise."""
