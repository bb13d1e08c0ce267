"""Derived facts and the scopes that carry them: pure arithmetic over ranges, with its formulas."""

from backend_mcp.capacity import (
    asks,
    clock,
    demand,
    event,
    limits,
    load,
    owners,
    parts,
    rights,
    seams,
    whole,
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
    "demand",
    "event",
    "limits",
    "load",
    "owners",
    "parts",
    "rights",
    "seams",
    "whole",
    "work",
]
