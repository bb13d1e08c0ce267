"""From documents to facts with evidence. Reads, never writes, never executes."""
