"""The only reader of `knowledge/`: files to typed entries, bound to the vocabulary, all faults at once."""
