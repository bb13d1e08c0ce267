import tempfile, sys, json, time, importlib
from pathlib import Path
from tests.clients.model import speaking
from tests.clients.scene import Scene
from tests.clients.script import Step

S = [
    Step("I look at it first.", "review_design", {"design": "festival-tickets.yaml"}),
    Step("It is reviewed."),
]
for a in sys.argv[1:]:
    A = getattr(importlib.import_module(f"tests.clients.agents.{a}"), a.capitalize())
    with tempfile.TemporaryDirectory() as d, speaking(S) as m:
        sc = Scene(Path(d), m)
        sc.copy("examples/designs/festival-tickets.yaml")
        a = A()
        a.register(sc)
        o = a.ask(sc, "Plan the ticket sale.")
        for r in m.requests:
            print(r.tools)
        for s in sc.heard():
            print(s.at, s.by, s.line[:150])
        print(m.requests[0].at)
        b = json.dumps(m.requests[0].body)
        ts = [
            t
            for t in m.requests[0].body["tools"]
            if t["function"]["name"] in ("tool_call", "tool_search")
        ]
        print(json.dumps(ts, indent=1))
        print([l for l in b.split("\\n") if "mcp__" in l][:8])
