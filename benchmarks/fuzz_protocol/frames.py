"""What is wrong about the envelope or the bytes of a message, whatever it asks for."""

import copy
import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from benchmarks.fuzz_protocol import designs, values

Envelope = dict[str, Any]
"""A message that is right: jsonrpc, id, method, params."""


def random_bytes(pick: Random, _: Envelope) -> bytes:
    if pick.random() < 0.3:
        return b" " * pick.randrange(5)
    made = pick.randbytes(pick.choice((1, 3, 40, 300, 5000)))
    return made if pick.random() < 0.5 else bytes(b % 95 + 32 for b in made)


def broken_json(pick: Random, right: Envelope) -> bytes:
    text = values.dumped(right, pick)
    for _ in range(pick.randint(1, 3)):
        at = pick.randrange(len(text) + 1)
        kind = pick.randrange(6)
        if kind == 0:
            text = text[:at]
        elif kind == 1:
            text = text[:at] + text[at + pick.randint(1, 9) :]
        elif kind == 2:
            text = (
                text[:at]
                + pick.choice(
                    (b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"'", b"//", b"NaN")
                )
                + text[at:]
            )
        elif kind == 3 and text:
            text = text[:at] + bytes([pick.randrange(256)]) + text[at + 1 :]
        elif kind == 4:
            text = text + text[:at]
        else:
            text = text.replace(b'"', pick.choice((b"'", b"", b'"', b"`")), pick.randint(1, 4))
    return text


def broken_text(pick: Random, right: Envelope) -> bytes:
    """Put what is no UTF-8, no character, or no text at all into the texts of a message."""
    odd = pick.choice((
        b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x82", b"\x00", b"\x1f", b"\x7f",
        b"\\ud800",
        b"\\udc00\\ud800", b"\\u0000", b"\\u0", b"\\x41", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\xf4\x90\x80\x80",
        b"\\ud83d",
    ))  # fmt: skip
    text = values.dumped(right, pick)
    if pick.random() < 0.1:
        return odd + text
    if pick.random() < 0.05:
        return text.decode("utf-8", "replace").encode(pick.choice(("utf-16", "utf-32", "utf-7")))
    places = [n for n in range(len(text)) if text[n : n + 1].isalpha()]
    at = pick.choice(places)
    return text[:at] + odd + text[at:]


def huge(pick: Random, right: Envelope) -> bytes:
    size = pick.choice((200_000, 900_000, 1_100_000, 3_500_000))
    filler: Any = pick.choice(
        ("a" * size, "é" * (size // 2), [0] * (size // 3), {f"k{n}": n for n in range(size // 12)})
    )
    kind = pick.randrange(5)
    params = right.setdefault("params", {})
    if kind == 0:
        params["filler"] = filler
    elif kind == 1:
        right.update(method="tools/call")
        params.update(name="review_design", arguments={"design": filler})
    elif kind == 2:
        right["method"] = "x" * size
    elif kind == 3:
        right.update(method="resources/read")
        params.update(uri="backend://" + "x" * size)
    else:
        right.update(method="tools/call")
        params.update(name="search_knowledge", arguments={"query": "q " * (size // 2)})
    return json.dumps(right, ensure_ascii=False).encode()


def deep(pick: Random, right: Envelope) -> bytes:
    levels = pick.choice((40, 90, 150, 201, 1000, 20_000, 100_000))
    inner = pick.choice(
        (b"[" * levels + b"]" * levels, b'{"a":' * levels + b"1" + b"}" * levels, b"[" * levels)
    )
    right.setdefault("params", {})["deep"] = "@"
    if pick.random() < 0.5:
        right["method"] = "tools/call"
        right["params"].update(name="review_design", arguments={"design": "@"})
        del right["params"]["deep"]
    return json.dumps(right).encode().replace(b'"@"', inner)


def batch(pick: Random, right: Envelope) -> bytes:
    made = [
        right if n == 0 else {**right, "id": f"batch {n}"}
        for n in range(pick.choice((0, 1, 2, 30)))
    ]
    if pick.random() < 0.2:
        made = [values.tree(pick), *made]
    return values.dumped(made, pick)


def envelope(pick: Random, right: Envelope) -> bytes:
    """Make the envelope wrong: the version, the parameters, the method, or the whole of it."""
    made = copy.deepcopy(right)
    kind = pick.randrange(7)
    if kind == 0:
        made["jsonrpc"] = pick.choice(("1.0", "2", "", 2.0, 2, None, [], "2.0 ", "３.0"))
    elif kind == 1:
        del made[pick.choice(list(made))]
    elif kind == 2:
        made["params"] = pick.choice(([], [1], "x", 1, None, True, 1.5, [right.get("params")]))
    elif kind == 3:
        made["method"] = pick.choice((None, 1, [], {}, True, ["tools/list"]))
    elif kind == 4:
        made = {
            "jsonrpc": "2.0",
            "id": made.get("id"),
            pick.choice(("result", "error", "Result")): values.tree(pick),
        }
    elif kind == 5:
        made = {**made, pick.choice(("result", "error", "extra", "")): values.tree(pick)}
    else:
        made = designs.mutate(made, pick, 3)
    return values.dumped(made, pick)


def odd_id(pick: Random, right: Envelope) -> bytes:
    odd = (
        None,
        1.5,
        1e300,
        -0.0,
        True,
        False,
        [],
        [1],
        {},
        {"id": 1},
        "@@",
        "@NaN",
        "@-Infinity",
        "@1E400",
        "@1.0",
        "@-",
    )
    right["id"] = pick.choice(odd)
    text = values.dumped(right, pick)
    bare = str(right["id"])
    return (
        text.replace(json.dumps(bare).encode(), bare[1:].encode()) if bare.startswith("@") else text
    )


def method(pick: Random, right: Envelope) -> bytes:
    known = pick.choice(
        (
            "tools/call",
            "tools/list",
            "resources/read",
            "prompts/get",
            "server/discover",
            "initialize",
        )
    )
    right["method"] = pick.choice((
        values.near(known, pick), str(values.leaf(pick)), "rpc.discover", "notifications/initialized", "__init__",
        "x" * 3000,
        "notifications/cancelled", "tools/call/", "/tools/list", "system.listMethods", "tools", "",
    ))  # fmt: skip
    return values.dumped(right, pick)


def notification(pick: Random, right: Envelope) -> bytes:
    """Return a notification that nobody waits for, rightly made or not."""
    name = pick.choice((
        "notifications/initialized", "notifications/cancelled", "notifications/progress",
        "notifications/roots/list_changed",
        "notifications/message", "notifications/tools/list_changed", "notifications/elicitation/complete",
        "notifications/x", "",
    ))  # fmt: skip
    params: Any = {}
    if name.endswith("cancelled"):
        params = {
            "requestId": pick.choice((1, "1", None, -1, 1.5, [], {}, 10**400, "x" * 5000, True)),
            "reason": values.leaf(pick),
        }
    elif name.endswith("progress"):
        params = {
            "progressToken": values.leaf(pick),
            "progress": pick.choice((1, -1, "x", None, 1e308)),
            "total": values.leaf(pick),
        }
    if pick.random() < 0.2:
        params = values.tree(pick)
    made = {"jsonrpc": "2.0", "method": name, "params": params}
    if pick.random() < 0.3:
        made["params"] = (
            {**params, "_meta": right.get("params", {}).get("_meta", {})}
            if isinstance(params, dict)
            else {}
        )
    return values.dumped(made, pick)


def meta(pick: Random, right: Envelope) -> bytes:
    """Bend `_meta`: tokens of odd types, capabilities and versions that are none, keys that are gone."""
    held = dict(right.setdefault("params", {}).get("_meta") or {})
    kind = pick.randrange(6)
    if kind < 2:
        held["progressToken"] = pick.choice(
            (1, "t", "", 0, -1, 1.5, None, True, [], {}, 10**30, "x" * 3000, "\u202e", 2**63)
        )
    elif kind == 2 and held:
        del held[pick.choice(list(held))]
    elif kind == 3 and held:
        held[pick.choice(list(held))] = pick.choice(
            (*calls_versions(), values.tree(pick), {"elicitation": 1}, {"x": {}})
        )
    elif kind == 4:
        names = (
            "io.modelcontextprotocol/logLevel",
            "traceparent",
            "tracestate",
            "baggage",
            "io.modelcontextprotocol/x",
            "",
        )
        held[pick.choice(names)] = values.leaf(pick)
    else:
        right["params"] = {
            **right["params"],
            "inputResponses": values.tree(pick),
            "requestState": values.leaf(pick),
        }
    right["params"]["_meta"] = held if pick.random() < 0.9 else values.tree(pick)
    return values.dumped(right, pick)


def calls_versions() -> tuple[Any, ...]:
    """Return what a client may take for a version of the protocol."""
    return ("2026-07-28", "2025-11-25", "2027-01-01", "", 20260728, None, "x" * 3000)


_NUMBERS: Final = (
    b"1e400", b"-1e400", b"NaN", b"Infinity", b"9" * 400, b"9" * 5000, b"1" + b"0" * 4299, b"01", b"+1", b".5",
    b"0x10",
    b"1e-400",
)  # fmt: skip
_DOUBLES: Final = (
    b'{"id": 1, "jsonrpc"',
    b'{"method": "ping", "jsonrpc"',
    b'{"jsonrpc": "1.0", "jsonrpc"',
)


def numbers(pick: Random, right: Envelope) -> bytes:
    """Put numbers into a message that not every reader takes, or keys that stand twice."""
    params = right.setdefault("params", {})
    holder = (
        params["arguments"]
        if isinstance(params.get("arguments"), dict) and pick.random() < 0.7
        else params
    )
    leaves = [(h, k) for h, k in designs.nodes(holder) if not isinstance(h[k], dict | list)]
    held, key = pick.choice(leaves or [(params, "n")])
    held[key] = "@"
    text = json.dumps(right).encode().replace(b'"@"', pick.choice(_NUMBERS))
    return text.replace(b'{"jsonrpc"', pick.choice(_DOUBLES), 1) if pick.random() < 0.3 else text


FRAMES: Final[dict[str, tuple[int, Callable[[Random, Envelope], bytes]]]] = {
    "random bytes, blank lines": (30, random_bytes),
    "broken JSON": (60, broken_json),
    "broken UTF-8, NUL, lone surrogates": (40, broken_text),
    "huge lines": (2, huge),
    "deep nesting": (12, deep),
    "batches": (15, batch),
    "wrong envelopes, answers to nothing": (45, envelope),
    "odd ids": (25, odd_id),
    "numbers and keys that readers differ about": (20, numbers),
    "methods that are not there": (30, method),
    "notifications out of order": (40, notification),
    "odd progress tokens and `_meta`": (45, meta),
}
"""Kinds of frames with their weight and what bends a right message into one."""
