"""The judge: what an answer must be, whatever was asked; and what a server's log may hold."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from backend_mcp import settings
from benchmarks.fuzz_protocol.designs import CANARY

LONGEST_RESULT: Final = 8_000
LONGEST_ERROR: Final = 2_000
FORBIDDEN: Final = {
    "Traceback (most recent call last)": "a traceback",
    'File "/': "a line of a traceback",
    '.py", line': "a line of a traceback",
    'File \\"/': "a line of a traceback",
    '.py\\", line': "a line of a traceback",
    "errors.pydantic.dev": "a link of pydantic",
    "site-packages": "a path of the installation",
    str(settings.checkout()): "a path of the installation",
    "a fault of backend-mcp itself": "a fault of our own",
    CANARY: "a file from outside of the readable folder",
}
"""Words that no answer may hold, and what each betrays."""
OWN_FAULTS: Final = (0, -32603)
"""Codes of errors that say that the server itself failed."""
_PASSING: Final = ("seen", "guarded")
"""Functions of ours that every request passes: in a traceback they say nothing about whose fault it is."""
_LONE: Final = re.compile("[\ud800-\udfff]")
_FRAME: Final = re.compile(r'File "([^"]+)", line \d+, in (\S+)|│ (/\S+\.py):\d+ in (\S+)')
_ENTRY: Final = re.compile(r"(?:\[[\d/ :]+\])?\s*(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b:?\s*(.*)")
_SOURCE: Final = re.compile(r"\s([\w.]+\.py):\d+\s*$")
"""How a line of the log begins: as the SDK writes it, and as the web server does."""


def compact(value: Any) -> int:
    """Return the characters of a value as compact JSON."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def words(text: str) -> list[str]:
    """Return what a text betrays."""
    return [f"{what}: {word}" for word, what in FORBIDDEN.items() if word in text]


def read(line: bytes) -> tuple[dict[str, Any] | None, str]:
    """Return a message of the server, or why it is none."""
    try:
        said = json.loads(line.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return None, f"no JSON: {error}"
    if not isinstance(said, dict) or said.get("jsonrpc") != "2.0":
        return None, "no JSON-RPC 2.0"
    if "method" in said:
        return (said, "") if isinstance(said["method"], str) else (None, "a method that is no text")
    if "id" not in said or ("result" in said) == ("error" in said):
        return None, "neither a result nor an error, or without an id"
    return said, ""


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def answer(said: dict[str, Any], method: str = "") -> list[str]:
    """Return the faults of an answer to a request of that method."""
    own = {
        key: value for key, value in said.items() if key != "id"
    }  # the id is the client's own word
    text = json.dumps(own, ensure_ascii=False)
    found = words(text) + ["half a surrogate pair"] * (_LONE.search(text) is not None)
    if "error" in said:
        return found + _error(said["error"])
    result = said["result"]
    if not isinstance(result, dict):
        return [*found, "a result that is no object"]
    if method == "tools/call" and result.get("resultType") != "input_required":
        found += _tool(result)
    return found


def _error(error: Any) -> list[str]:
    if (
        not isinstance(error, dict)
        or not isinstance(error.get("code"), int)
        or not isinstance(error.get("message"), str)
    ):
        return ["an error without code or message"]
    found = [f"an error of {compact(error)} characters"] * (compact(error) > LONGEST_ERROR)
    if error["code"] in OWN_FAULTS:
        found.append(f"the server failed ({error['code']}): {error['message'][:200]}")
    return found + ["an error that says nothing"] * (not error["message"].strip())


def _tool(result: dict[str, Any]) -> list[str]:
    longest = LONGEST_ERROR if result.get("isError") else LONGEST_RESULT
    content, structured = result.get("content"), result.get("structuredContent")
    if not isinstance(content, list) or not all(isinstance(c, dict) for c in content):
        return ["a result of a tool without content"]
    text = "".join(str(c.get("text", "")) for c in content)
    found = ["a result of a tool without text"] * (not text.strip())
    found += [f"a text of {len(text)} characters"] * (len(text) > longest)
    if not isinstance(structured, dict) or not structured:
        return [*found, "a result of a tool without a structured part"]
    size = compact(structured)
    return found + [f"a structured part of {size} characters"] * (size > longest)


def kind(said: dict[str, Any]) -> str:
    """Return the class of an answer: the row of the table."""
    if "error" in said:
        return f"error {said['error'].get('code') if isinstance(said['error'], dict) else '?'}"
    result = said["result"]
    if isinstance(result, dict) and result.get("resultType") == "input_required":
        return "question to the person"
    return "refusal of a tool" if isinstance(result, dict) and result.get("isError") else "result"


def log(text: str) -> tuple[list[str], Counter[str]]:
    """Return the faults of ours in a log, and what the SDK and the web server say of a peer's bad input."""
    ours: list[str] = []
    theirs: Counter[str] = Counter()
    for level, said, more in _entries(text):
        frames = [(a or c, b or d) for a, b, c, d in _FRAME.findall(more)]
        own = [f for f in frames if "/backend_mcp/" in f[0] and f[1] not in _PASSING]
        last = more.strip().rpartition("\n")[2].strip()
        if own:
            ours.append(f"in the log: {said[:200]} / {own[-1][0]} in {own[-1][1]} / {last[:300]}")
        else:
            where = _SOURCE.search(said)
            what = where[1] if where else _plain(said)[:60]
            theirs[f"{level} {what}" + f": a traceback, {_plain(last)[:80]}" * bool(frames)] += 1
    return ours, theirs


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the entries of a log: level, first line, and all that hangs on it."""
    level, said, more = "", "", []
    for line in text.splitlines():
        begins = _ENTRY.match(line)
        if begins and not line.lstrip().startswith("│"):
            if said or more:
                yield level, said, "\n".join(more)
            level, said, more = begins[1], begins[2], []
        elif line.strip():
            more.append(line)
    if said or more:
        yield level, said, "\n".join(more)


def _plain(line: str) -> str:
    """Return a line without what differs from one message to the next."""
    line = re.sub(r"'[^']*'|\"[^\"]*\"|b'.*|\{.*|\[.*", "…", line)
    return " ".join(re.sub(r"\d+", "N", line).split())
