"""Derived facts and the scopes that carry them: pure arithmetic over ranges, with its formulas."""

from backend_mcp.capacity import analysis, demand, event, load, parts, seams, whole, work
from backend_mcp.capacity.registry import DERIVED, Derivation
from backend_mcp.capacity.scope import DesignScope, ItemScope

__all__ = [
    "DERIVED", "Derivation", "DesignScope", "ItemScope", "analysis", "demand",
    "event", "load", "parts", "seams", "whole", "work",
]  # fmt: skip
