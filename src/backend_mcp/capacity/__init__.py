"""Derived facts and the scopes that carry them: pure arithmetic over ranges, with its formulas."""

from backend_mcp.capacity import demand, event, limits, load, parts, seams, whole
from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.capacity.scope import DesignScope, ItemScope

__all__ = [
    "DERIVED", "Derivation", "DesignScope", "ItemScope", "demand",
    "event", "limits", "load", "parts", "seams", "whole",
]  # fmt: skip
