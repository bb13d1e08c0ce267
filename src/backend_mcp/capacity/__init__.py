"""Derived facts and the scopes that carry them: pure arithmetic over ranges, with its formulas."""

from backend_mcp.capacity import (
    clock,
    databases,
    demand,
    event,
    exposure,
    load,
    owners,
    parts,
    rights,
    seams,
    whole,
)
from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.capacity.scope import DesignScope, ItemScope

__all__ = [
    "DERIVED", "Derivation", "DesignScope", "ItemScope", "clock", "databases", "demand",
    "event", "exposure", "load", "owners", "parts", "rights", "seams", "whole",
]  # fmt: skip
