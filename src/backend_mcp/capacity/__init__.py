"""Derived facts and the scopes that carry them: pure arithmetic over ranges, with its formulas."""

from backend_mcp.capacity import (
    cursors,
    demand,
    event,
    load,
    owners,
    parts,
    promises,
    rights,
    seams,
    sharing,
    whole,
    windows,
)
from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.capacity.scope import DesignScope, ItemScope

__all__ = [
    "DERIVED", "Derivation", "DesignScope", "ItemScope", "cursors", "demand", "event", "load",
    "owners", "parts", "promises", "rights", "seams", "sharing", "whole", "windows",
]  # fmt: skip
