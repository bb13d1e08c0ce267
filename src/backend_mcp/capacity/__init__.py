"""Derived facts and the scopes that carry them: pure arithmetic over ranges, with its formulas."""

from backend_mcp.capacity import (
    asks,
    clock,
    corpus,
    cursors,
    demand,
    event,
    limits,
    load,
    owners,
    parts,
    promises,
    rights,
    seams,
    sharing,
    sockets,
    whole,
    windows,
    work,
)
from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.capacity.scope import DesignScope, ItemScope

__all__ = [
    "DERIVED",
    "Derivation",
    "DesignScope",
    "ItemScope",
    "asks",
    "clock",
    "corpus",
    "cursors",
    "demand",
    "event",
    "limits",
    "load",
    "owners",
    "parts",
    "promises",
    "rights",
    "seams",
    "sharing",
    "sockets",
    "whole",
    "windows",
    "work",
]
