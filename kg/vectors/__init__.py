"""Vectors of clauses: the encoder and the index; the only room that may import faiss, torch and sentence_transformers."""
