"""Skills of a team: what is said of a product, else of the product that it is a variant of."""

from backend_mcp.capacity.scope import DesignScope
from backend_mcp.model.fact import Fact


def skill_in(s: DesignScope, technology: str) -> Fact | None:
    """Return what is said of the skill in a technology: a hosted Kubernetes asks for the skill in Kubernetes."""
    own = s.get(f"context.skills.{technology}")
    base = s.numbers.bases.get(technology, "")
    return own if own is not None or not base else s.get(f"context.skills.{base}")
