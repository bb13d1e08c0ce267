"""How a fact stands in a sentence of the knowledge: `{flows.pay.rate}`, `{id}`, `{to}`.

In an answer about a design a fact stands there; where an entry itself is read, words do.
"""

import re
from typing import Final

PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-zA-Z0-9_.-]*)\}")
_HOLE: Final = re.compile(rf"(\b(?:the|its|a) |“)?{PLACEHOLDER.pattern}(”)?")
_ASIDE: Final = re.compile(r" \([^()]*\{[^()]*\)")
"""What is said in brackets of one design alone."""
_ITEMS: Final = {
    "flows": "step", "components": "part", "stores": "data set", "must_hold": "promise",
    "targets": "target",
}  # fmt: skip
_ENDS: Final = {
    "to": "the receiver", "from": "the sender", "enforced_by": "what enforces it", "where": "its place",
    "where.to": "the store behind it", "in": "its store", "technology": "this product",
}  # fmt: skip


def in_words(text: str, list_: str = "", *, whole: bool = True) -> str:
    """Return a sentence of the knowledge with words where a design's own names would stand.

    `list_` is the list that its entry walks. What has no such words is named after its fact (“the
    peak inflow”), or, where the sentence is only good `whole`, leaves an empty string.
    """
    noun = _ITEMS.get(list_, "part")
    text = _ASIDE.sub("", text)
    named: set[str] = set()
    bare = False

    def word(found: re.Match[str]) -> str:
        nonlocal bare
        before, path = (found[1] or "").replace("“", ""), found[2]
        if path in ("id", "at", "statement"):
            said = noun if before else f"the {noun}" if noun in named else f"a {noun}"
            named.add(noun)
            return before + said
        if path in _ENDS:
            return before + _ENDS[path]
        bare = True
        return (before or "the ") + path.rpartition(".")[2].replace("_", " ")

    said = _HOLE.sub(word, text)
    return "" if bare and whole else said
