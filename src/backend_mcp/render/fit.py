"""The short form brought to size: what goes first is what else there is, last the sentences that decide."""

import json
from collections.abc import Callable
from typing import Any, Final

MAX_BYTES: Final = 3200
"""Of the short form as compact JSON: about 800 tokens."""
GOAL_BYTES: Final = 2400
"""What the short form is brought to where that costs nothing that matters."""
_TEXTS: Final = ("title", "do", "why", "ask", "stale", "decision", "unknown", "expired")

Shape = dict[str, Any]


def trim(shape: Shape, more: Callable[[], Shape]) -> None:
    """Bring a short form near the goal, and below the most in any case; `more` counts what went."""
    for goal, steps in ((GOAL_BYTES, _EASY), (MAX_BYTES, _HARD)):
        for step in steps:
            if size({**shape, "more": more()}) <= goal:
                break
            step(shape)


def size(shape: Shape) -> int:
    """Return the bytes of a result as compact JSON."""
    return len(json.dumps(shape, ensure_ascii=False, separators=(",", ":")).encode("utf-8"))


def cut(text: str, longest: int) -> str:
    """Cut a text to so many bytes, which is what an answer is measured in."""
    data = text.encode("utf-8", "replace")
    if len(data) <= longest:
        return text
    return _whole_words(data[: longest - 3].decode("utf-8", "ignore")) + "…"


def _whole_words(text: str) -> str:
    """End a text that was cut behind a clause where one ends near its end, else behind a word."""
    clause = max(text.rfind(end) for end in ("; ", ". "))
    at = clause if clause > len(text) * 4 // 5 else text.rfind(" ")
    return text[:at].rstrip() if at > len(text) // 2 else text.rstrip()


def _shorten(name: str, length: int) -> Callable[[Shape], None]:
    def trim(shape: Shape) -> None:
        shape[name] = shape[name][:length]

    return trim


def _squeeze(longest: int) -> Callable[[Shape], None]:
    def trim(shape: Shape) -> None:
        for name in ("findings", "keep", "look", "decided"):
            for line in shape[name]:
                line.update({k: cut(line[k], longest) for k in _TEXTS if k in line})
        shape["unpaid"] = [cut(line, 80) for line in shape["unpaid"]]
        shape["summary"] = cut(shape["summary"], 2 * longest)
        shape["next"] = cut(shape["next"], 2 * longest)

    return trim


def _fewer_findings(shape: Shape) -> None:
    """Leave out the lightest, but keep the heaviest of each direction."""
    kept: list[Shape] = []
    for index, line in enumerate(shape["findings"]):
        first = line["direction"] not in {k["direction"] for k in kept}
        if index < 3 or first:
            kept.append(line)
    shape["findings"] = kept


def _heaviest_only(shape: Shape) -> None:
    firsts = {line["direction"]: line for line in reversed(shape["findings"])}
    shape["findings"] = [line for line in shape["findings"] if line in firsts.values()]


_EASY: Final = (
    _shorten("not_judged", 0), _squeeze(240), _shorten("capabilities", 2), _squeeze(190),
    _shorten("keep", 2), _shorten("look", 2), _squeeze(160), _shorten("questions", 2),
    _fewer_findings, _squeeze(140), _shorten("capabilities", 1), _shorten("unread", 3), _shorten("conflicts", 1),
    _shorten("decided", 2),
    _shorten("claims", 0), _shorten("keep", 1), _shorten("look", 1), _shorten("questions", 1), _squeeze(120),
)  # fmt: skip
"""What goes to come near the goal: what else there is, and long words, before the sentences that decide."""
_HARD: Final = (
    _squeeze(100), _squeeze(80), _shorten("unpaid", 8), _squeeze(70), _shorten("unpaid", 4),
    _shorten("unread", 1), _heaviest_only, _shorten("capabilities", 0), _shorten("unpaid", 2),
    _shorten("decided", 1), _shorten("look", 0), _shorten("keep", 0), _shorten("questions", 0),
    _shorten("decided", 0),
)  # fmt: skip
"""What goes only where the answer would not fit, one step after the other."""
