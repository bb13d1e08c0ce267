#!/usr/bin/env python3
"""Speed as ratios, each pair measured side by side in one run; machines are noisy, ratios less so.

python -m benchmarks.speed            print the table
python -m benchmarks.speed --write    and write it to docs/benchmarks.md
"""

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from backend_mcp import settings
from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.reader import read_design
from backend_mcp.review import review
from backend_mcp.tree import from_value
from backend_mcp.usecases import judge
from benchmarks import page

ROOT = Path(__file__).resolve().parents[1]
PLAN = ROOT / "examples/designs/festival-tickets.yaml"
RUNS = 15
BASELINE = """
import sys
from pydantic import BaseModel
class Model(BaseModel):
    name: str
from ruamel.yaml import YAML
with open(sys.argv[1]) as file:
    Model(name=YAML(typ="safe", pure=True).load(file)["name"])
"""
IMPORT = "import time; t = time.process_time(); import pydantic; pydantic.BaseModel; print(time.process_time() - t)"


def design(parts: int) -> dict[str, Any]:
    """Return a design of so many components: services in a chain, each with a store of its own kind."""
    kinds = ("service", "relational", "worker", "queue", "cache", "external")
    components = [
        {"id": f"p{n}", "kind": kinds[n % 6], "status": "new", "holds": "truth" if n % 6 == 1 else "copy",
         "instances": 1 + n % 4, "pool": 10, "paid_by": ["load.requests_per_second.peak"]}
        for n in range(parts)
    ]  # fmt: skip
    effects = ("read", "write", "stock", "message", "money", "external")
    flows = [
        {"id": f"f{n}", "from": f"p{n}", "to": f"p{(n * 7 + 1) % parts}", "mode": ("sync", "async")[n % 2],
         "effect": effects[n % 6], "rate": f"{1 + n % 9}/s", "timeout": "2 s", "retries": {"max": n % 3},
         "duplicate_safe": n % 2 == 0, "recovers": {"by": "sweeper"}}
        for n in range(parts)
    ]  # fmt: skip
    promises = [
        {"id": f"m{n}", "statement": "it holds", "where": f"flows.f{n}", "enforced_by": f"p{n}",
         "how": "transaction", "checked": "with"}
        for n in range(0, parts, 5)
    ]  # fmt: skip
    return {
        "name": "bench", "context": {"engineers": 6, "teams": 1},
        "load": {"requests_per_second": {"peak": 200}, "read_share": 0.8},
        "needs": {"replay": False}, "components": components, "flows": flows, "must_hold": promises,
        "practices": {"outbox": False, "backups": True}, "complete": ["components", "flows"],
    }  # fmt: skip


def timed(knowledge: Knowledge, parts: int) -> tuple[float, float]:
    """Return the median processor times of reading and reviewing, and of the review alone, in s."""
    document = design(parts)
    whole, alone = [], []
    for _ in range(RUNS):
        start = time.process_time()
        read: Design = read_design(from_value(document, "bench"), "bench", knowledge.vocabulary)
        between = time.process_time()
        review(read, knowledge)
        end = time.process_time()
        whole.append(end - start)
        alone.append(end - between)
    return statistics.median(whole), statistics.median(alone)


def spawn(*arguments: str) -> float:
    """Return the wall time of one process, in s."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
    return time.perf_counter() - start


def importing() -> float:
    """Return the processor time of importing pydantic in a fresh process, in s."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def whole_process() -> tuple[float, float]:
    """Return the median wall times of a review and of the baseline, alternating, in s."""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(BASELINE)
        script.flush()
        spawn("-m", "backend_mcp", "review", str(PLAN))
        spawn(script.name, str(PLAN))
        pairs = [
            (spawn("-m", "backend_mcp", "review", str(PLAN)), spawn(script.name, str(PLAN)))
            for _ in range(RUNS)
        ]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def table() -> str:
    """Measure everything and return the table."""
    folder = settings.knowledge_folder()
    with tempfile.TemporaryDirectory() as cache:
        start = time.process_time()
        judge.open_knowledge(folder, Path(cache))
        cold = time.process_time() - start
        gc.collect()  # what the first leaves behind is not the second's to clear up
        start = time.process_time()
        knowledge = judge.open_knowledge(folder, Path(cache))
        warm = time.process_time() - start
    both = {parts: timed(knowledge, parts) for parts in (15, 30, 60)}
    times = {parts: whole for parts, (whole, _) in both.items()}
    pydantic = statistics.median(importing() for _ in range(5))
    ours, baseline = whole_process()
    rows = [
        ("review of 30 components, in process, warm / importing pydantic", times[30] / pydantic, "below 0.1"),
        ("the same without reading the document", both[30][1] / pydantic, "-"),
        ("review of 60 components / of 30", times[60] / times[30], "no worse than linear: 2"),
        ("review of 30 components / of 15", times[30] / times[15], "no worse than linear: 2"),
        ("`backend-mcp review FILE` / one pydantic model and ruamel's pure parser", ours / baseline, "at most 1.6"),
        ("knowledge from the cache / importing pydantic", warm / pydantic, "at most 1"),
        ("knowledge from its files / importing pydantic", cold / pydantic, "at most 10"),
    ]  # fmt: skip
    lines = ["| ratio | measured | bar |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {name} | {value:.2f} | {bar} |" for name, value, bar in rows)])


def main() -> None:
    """Print the table, and write it where asked."""
    measured = table()
    print(measured)
    if "--write" in sys.argv:
        page.renew("speed", measured)


if __name__ == "__main__":
    main()
