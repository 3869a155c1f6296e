"""What can be said about policy texts: vocabulary, record types, IRIs and the mapping of records to RDF."""
