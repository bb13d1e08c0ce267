"""What the tests of expressions share: a small vocabulary, numbers, and a design to look at."""

from typing import Any

from backend_mcp.capacity import DesignScope
from backend_mcp.model.knowledge import Numbers
from backend_mcp.model.predicate import compile_predicate
from backend_mcp.model.quantity import parse
from backend_mcp.model.vocabulary import Vocabulary
from backend_mcp.reading.reader import read_design
from backend_mcp.tree import from_value

VOCABULARY = Vocabulary(practices={"backups": {}, "outbox": {}})
NUMBERS = {
    "a-rate": parse("50..200/s"),
    "a-count": parse("3..5", "count"),
    "a-time": parse("5 s"),
    "a-price": parse("900 EUR/month"),
}


def scope_of(document: dict[str, Any]) -> DesignScope:
    raw = from_value({"components": [{"id": "app", "kind": "service"}], **document}, "d")
    return DesignScope(read_design(raw, "d", VOCABULARY), Numbers())


def truth_of(text: str, document: dict[str, Any], scope: str = "") -> Any:
    whole = scope_of(document)
    view: Any = whole.items[scope][0] if scope else whole
    return compile_predicate(text, VOCABULARY, NUMBERS, scope)(view)[0]
