"""From a file to facts: pure functions without store, network or clock."""
