"""The only reader of `knowledge/`: files to typed entries, bound to the vocabulary, all faults at once."""

from backend_mcp.catalog.load import load_knowledge

__all__ = ["load_knowledge"]
