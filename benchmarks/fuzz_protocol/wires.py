"""What is wrong about the way over HTTP: headers, methods, paths, sessions, sizes, and bytes that are no HTTP."""

import json
from collections.abc import Callable
from random import Random
from typing import Any, Final

from benchmarks.fuzz_protocol.message import Wire

MANY: Final = 100
"""Headers above which a server may close at once."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a body that the server takes."""
NAMES: Final = (
    "Host", "Content-Type", "Accept", "MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Mcp-Session-Id",
    "Content-Length",
)  # fmt: skip
ODD: Final[dict[str, tuple[bytes, ...]]] = {
    "Host": (b"evil.example", b"127.0.0.1", b"localhost:1", b"[::1]:80", b"", b"127.0.0.1:80@evil.example", b"\xff",
    b"a" * 5000),
    "Origin": (b"http://evil.example", b"null", b"http://localhost:3000", b"http://127.0.0.1.evil.example", b"",
    b"\xff", b"file://"),
    "Content-Type": (b"text/plain", b"", b"application/json; charset=utf-16", b"application/json, a/b",
    b"APPLICATION/JSON", b"multipart/form-data; boundary=x", b"\xff"),
    "Accept": (b"", b"*/*", b"text/html", b"application/json", b"text/event-stream", b"application/json;q=0",
    b"application/*", b",;,;q=x", b"\xff"),
    "MCP-Protocol-Version": (b"2026-07-28", b"2025-11-25", b"2025-06-18", b"2025-03-26", b"2027-01-01", b"", b"x",
    b"2026-07-28, 2026-07-28", b"\xff", b"9" * 3000),
    "Mcp-Method": (b"tools/list", b"", b"TOOLS/CALL", b"\xff", b"=?base64?eA==?=", b"x" * 3000),
    "Mcp-Name": (b"", b"x", b"=?base64?%%%?=", b"=?base64?/w==?=", b"=?base64?cmV2aWV3X2Rlc2lnbg==?=", b"\xff",
    b"x" * 3000),
    "Mcp-Session-Id": (b"", b"x", b"0" * 32, b"\xff\xfe", b"a b", b"../..", b"x" * 5000),
    "Mcp-Param-design": (b"x", b"", b"\xff"),
    "Last-Event-ID": (b"1", b"", b"\xff", b"x" * 3000),
    "Content-Encoding": (b"gzip", b"br", b"identity", b""),
    "Authorization": (b"Bearer x", b"Basic !!!", b""),
    "Expect": (b"100-continue", b"x"),
    "Connection": (b"upgrade", b"close, keep-alive"),
    "Upgrade": (b"websocket", b"h2c"),
    "Cookie": (b"a=b; \xff",),
    "X-Forwarded-Host": (b"evil.example",),
}  # fmt: skip


def headers(pick: Random, _: bytes) -> Wire:
    drop = tuple(pick.sample(NAMES[:-1], pick.choice((0, 0, 1, 1, 2, 4))))
    chosen = pick.sample(list(ODD), pick.choice((0, 1, 1, 2)) or (not drop))
    add = tuple((name, pick.choice(ODD[name])) for name in chosen)
    again = tuple(n for n in chosen if pick.random() < 0.6)  # else the header stands twice
    if pick.random() < 0.05:
        add += tuple((f"X-{n}", b"x" * 50) for n in range(pick.choice((20, 150, 2000))))
    return Wire(drop=(*drop, *again), add=add)


VERBS: Final = (
    "GET",
    "DELETE",
    "PUT",
    "PATCH",
    "OPTIONS",
    "HEAD",
    "TRACE",
    "CONNECT",
    "FOO",
    "post",
    "",
)
PATHS: Final = (
    "/", "/mcp/", "//mcp", "/mcp?x=1", "/mcp%00", "/MCP", "/mcp/../mcp", "/sse", "/%ff", "*", "/" + "x" * 9000,
    "/.well-known/mcp",
)  # fmt: skip


def verbs(pick: Random, _: bytes) -> Wire:
    kind = pick.randrange(3)
    verb = pick.choice(VERBS) if kind != 1 else "POST"
    return Wire(verb=verb, path=pick.choice(PATHS) if kind != 0 else "/mcp", session="own")


_HEAD: Final = b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
_LENGTHS: Final = (b"-1", b"x", b"1e3", b"99999999999999999999", b"0, 5", b"")
_CHUNKS: Final = (b"zz\r\n", b"-1\r\n\r\n", b"5\r\nab\r\n0\r\n\r\n", b"ffffffffffffffffff\r\nx")
_STRANGE: Final = (
    b"\x16\x03\x01\x02\x00\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\r\n\r\n\r\n", b"\x00" * 100, b"EHLO x\r\n",
    b"POST /mcp HTTP/1.1\r\nHost: a\r\nHost: b\r\n bad: fold\r\n: x\r\nno colon\r\n\r\n",
    *(b"GET /mcp HTTP/" + version + b"\r\n\r\n" for version in (b"0.9", b"1.0", b"2.0", b"9.9", b"x")),
)  # fmt: skip


def bodies(pick: Random, body: bytes) -> Wire:
    """Return a request whose body is not what its head says, or no HTTP at all."""
    made = (
        pick.randbytes(pick.choice((5, 300, 5000))) + b"\r\n\r\n",
        _HEAD + b"Content-Length: " + pick.choice(_LENGTHS) + b"\r\n\r\n" + body,
        _HEAD + b"Content-Length: %d\r\n\r\n" % (len(body) // 2) + body,
        _HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + pick.choice(_CHUNKS),
        _HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + body,
        _HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
        pick.choice(_STRANGE),
        pick.choice(_STRANGE),
    )
    return Wire(raw=pick.choice(made))


def sessions(pick: Random, _: bytes) -> Wire:
    kind = pick.randrange(4)
    if kind == 0:
        return Wire(
            drop=("Mcp-Session-Id",), add=(("Mcp-Session-Id", pick.choice(ODD["Mcp-Session-Id"])),)
        )
    if kind == 1:
        return Wire(drop=("Mcp-Session-Id",), verb=pick.choice(("POST", "GET", "DELETE")))
    return Wire(
        session="ended" if kind == 2 else "own", verb=pick.choice(("POST", "POST", "GET", "DELETE"))
    )


WIRES: Final[dict[str, tuple[int, Callable[[Random, bytes], Wire]]]] = {
    "HTTP: wrong headers": (60, headers),
    "HTTP: wrong methods and paths": (25, verbs),
    "HTTP: bodies that lie, bytes that are no HTTP": (25, bodies),
    "HTTP: broken sessions": (25, sessions),
}
"""Kinds of ways with their weight and what bends one; a tenth of all messages over HTTP."""
OVERSIZE: Final = "HTTP: bodies above the limit"


def oversized(pick: Random, right: dict[str, Any]) -> bytes:
    """Return a right message whose body is around the size that is taken."""
    size = LARGEST + pick.choice((-200_000, 100, 1_000_000))
    return json.dumps({**right, "filler": "x" * size}).encode()


def name_of(value: Any) -> bytes:
    """Return a name as a header carries it: as it is, or in base64 between its marks."""
    import base64

    text = value if isinstance(value, str) else ""
    if (
        text.isascii()
        and text.isprintable()
        and text == text.strip()
        and not text.startswith("=?base64?")
    ):
        return text.encode()
    return b"=?base64?" + base64.b64encode(text.encode("utf-8", "surrogatepass")) + b"?="
