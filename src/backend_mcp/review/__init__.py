"""The judgement: ladders, who pays, rules, probes, budget, questions and the verdict. Pure."""

from backend_mcp.review.engine import review

__all__ = ["review"]
