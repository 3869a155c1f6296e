"""Stores, search and answers over policy texts; ``kg.library.Library`` is the one object that the interfaces know."""

__version__ = "0.1.0"
