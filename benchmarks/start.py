#!/usr/bin/env python3
"""How dear the server's start is, as a ratio to a bare server of the same SDK, side by side in one run.

python -m benchmarks.start            print the table
python -m benchmarks.start --write    and write it to docs/benchmarks.md
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import page

ROOT = Path(__file__).resolve().parents[1]
PLAN = (ROOT / "examples/designs/festival-tickets.yaml").read_text(encoding="utf-8")
RUNS = 25
BARE = '''
from mcp.server import MCPServer
server = MCPServer("bare")
@server.tool()
def echo(text: str) -> str:
    """Say it again."""
    return text
server.run("stdio")
'''
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def spent(command: list[str], calls: list[tuple[str, dict[str, Any]]]) -> float:
    """Start a server, make some calls, and return the processor time of the process until the last answer, in s."""
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdin is not None
    assert process.stdout is not None
    for number, (method, params) in enumerate(calls, 1):
        said = {
            "jsonrpc": "2.0",
            "id": number,
            "method": method,
            "params": {**params, "_meta": META},
        }
        process.stdin.write(json.dumps(said).encode() + b"\n")
        process.stdin.flush()
        answer = json.loads(process.stdout.readline())
        while answer.get("id") != number:
            answer = json.loads(process.stdout.readline())
        if "result" not in answer or answer["result"].get("isError"):
            raise SystemExit(f"{method}: {answer}")
    process.kill()
    usage = os.wait4(process.pid, 0)[2]
    process.returncode = 0
    process.stdin.close()
    process.stdout.close()
    return usage.ru_utime + usage.ru_stime


def table() -> str:
    """Measure both servers, alternating, and return the table."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        script = Path(folder, "bare.py")
        script.write_text(BARE, encoding="utf-8")
        ours, bare = (
            [sys.executable, "-m", "backend_mcp", "serve", "--root", folder],
            [sys.executable, str(script)],
        )
        listing: list[tuple[str, dict[str, Any]]] = [("tools/list", {})]
        review = [
            *listing,
            ("tools/call", {"name": "review_design", "arguments": {"design": PLAN}}),
        ]
        echo = [*listing, ("tools/call", {"name": "echo", "arguments": {"text": "x"}})]
        spent(ours, review)  # the knowledge is typed once after an installation
        start = [(spent(ours, listing), spent(bare, listing)) for _ in range(RUNS)]
        first = [(spent(ours, review), spent(bare, echo)) for _ in range(RUNS)]
    rows = [("cold start to `tools/list` / a bare server with one tool", start, "at most 1.15"),
            ("start and first review / start and first call of the bare server", first, "at most 1.4")]  # fmt: skip
    lines = ["| processor time, median of 25 alternating runs | measured | bar |", "|---|---|---|"]
    for name, pairs, bar in rows:
        ratio = statistics.median(p[0] for p in pairs) / statistics.median(p[1] for p in pairs)
        lines.append(f"| {name} | {ratio:.2f} | {bar} |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and write it where asked."""
    measured = table()
    print(measured)
    if "--write" in sys.argv:
        page.renew("start", measured)


if __name__ == "__main__":
    main()
