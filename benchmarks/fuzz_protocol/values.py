"""Odd values and texts: what a careless client sends, and what a hostile one does."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

TEXTS = (
    "", " ", "\t", "unknown", "none", "true", "~", "null", "*a", "&a", "[", "{", "}", "- ", "? ", "!!int 3",
    "\u202egnp.exe", "\u2066app\u2069", "a\u200bb", "\ufeffapp", "\u0000", "a\x00b", "\x1b[31mred\x1b[0m",
    "\x7f", "\x85", "\u2028", "\ud800", "\udfff\ud800", "💥", "e\u0301", "ﬁ", "İ", "ẞ", "中文", "שלום", "٣",
    "../../outside.yaml", "/etc/hosts.yaml", "~root/x.yaml", "file:///etc/hosts.yaml", "link.yaml", "CON",
    "{{ 7 * 7 }}", "{% for x in y %}", "${HOME}", "$(id)", "`id`", "%s%n%d", "'; DROP TABLE entry; --", "\\",
    "[x](javascript:alert(1))", "<script>alert(1)</script>", "```", "```yaml design", "# head", "| a | b |",
    "500 rps", "2k..4k", "4k..2k", "~2 TB", "<200 ms", "-3 ms", "1e999 GB", "99.95 %", "100000 %", "5 bananas/s",
    "daily 02:00", "daily 25:99", "A or B", "PostgreSQL, Kafka", "1/0", "0/s", "1..", "..1", "1 2 3", "½ s", "１２ ms",
    "flows.pay", "stores[0]", "components.", "p@flows.x", "components.app.components.app", "load.", ".", "..",
    "9" * 400, "a" * 5_000, "ab " * 700, "/" * 300, "é" * 300, "\n" * 50,
)  # fmt: skip
NUMBERS = (
    0, -1, 1, 2, 255, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**30, -0.0, 0.1, 1e-320, 1e22, 1e308, 2.5,
)  # fmt: skip


def leaf(pick: Random) -> Any:
    """Return a scalar: any of the odd ones, or random characters."""
    kind = pick.randrange(10)
    if kind < 4:
        return pick.choice(TEXTS)
    if kind < 6:
        return pick.choice(NUMBERS)
    if kind < 8:
        return pick.choice((None, True, False, [], {}, [[]], {"": None}, [None], {"value": {}}))
    if kind == 8:
        return letters(pick, pick.randrange(1, 40))
    return "".join(chr(pick.randrange(1, 0x3000)) for _ in range(pick.randrange(12)))


def letters(pick: Random, length: int) -> str:
    """Return a word of random letters."""
    return "".join(pick.choice("abcdefghijklmnopqrstuvwxyz-_0123456789") for _ in range(length))


def tree(pick: Random, depth: int = 3) -> Any:
    """Return a random value of JSON."""
    kind = pick.randrange(4) if depth else 0
    if kind == 1:
        return [tree(pick, depth - 1) for _ in range(pick.randrange(4))]
    if kind == 2:
        return {str(leaf(pick)): tree(pick, depth - 1) for _ in range(pick.randrange(4))}
    return leaf(pick)


def nested(levels: int, pick: Random) -> Any:
    """Return lists or mappings in one another, deep but not deeper than a writer of JSON gets."""
    value: Any = "x"
    for _ in range(levels):
        value = [value] if pick.random() < 0.5 else {"a": value}
    return value


_TAILS = ("s", ".yaml", "/..", "?x=1", "#frag", "%00", "\x00", "\u202e", "*")
_NEAR: tuple[Callable[[str, int, Random], str], ...] = (
    lambda name, at, _: name[:at] + name[at + 1 :],
    lambda name, at, pick: name[:at] + pick.choice("abcxyz-_/. ") + name[at:],
    lambda name, _, pick: name + pick.choice(_TAILS),
    lambda _, __, pick: str(leaf(pick)),
    lambda name, _, __: name.upper(),
    lambda name, _, __: name.replace("-", " ").replace("_", "-"),
    lambda name, _, __: f" {name}\n",
    lambda name, _, __: name[: max(1, len(name) // 2)],
    lambda name, _, __: name[::-1],
    lambda name, _, __: name.replace("e", "е").replace("o", "ο"),  # letters that only look alike
    lambda name, _, __: f"{name} {name}",
    lambda name, _, __: name,
)


def near(name: str, pick: Random) -> str:
    """Return a name that is close to one: misspelled, in other letters, with something around it."""
    return pick.choice(_NEAR)(name, pick.randrange(len(name) + 1), pick)


def dumped(value: Any, pick: Random) -> bytes:
    """Return a value as JSON text, with or without escapes; lone surrogates stay what they are."""
    text = json.dumps(value, ensure_ascii=pick.random() < 0.7)
    return text.encode("utf-8", "surrogatepass")
