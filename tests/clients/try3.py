import tempfile, sys, json, time, importlib
from pathlib import Path
from tests.clients.apart import go_apart

print(go_apart("tests.clients.try3"))
from tests.clients.model import speaking
from tests.clients.scene import Scene
from tests.clients.script import Step
from tests.clients.record import record, normal
from tests.clients.wire import eras, results

S = [
    Step("I look at it first.", "review_design", {"design": "festival-tickets.yaml"}),
    Step("It is reviewed."),
]
for a in sys.argv[1:]:
    A = getattr(importlib.import_module(f"tests.clients.agents.{a}"), a.capitalize())
    t = time.time()
    print("=====", a)
    with tempfile.TemporaryDirectory() as d, speaking(S) as m:
        sc = Scene(Path(d), m)
        sc.copy("examples/designs/festival-tickets.yaml")
        a = A()
        a.register(sc)
        print(a.lists(sc).told[-600:])
        print(time.time() - t)
        o = a.ask(sc, "Plan the ticket sale.")
        print(o.ran.code, o.ran.told[-500:], time.time() - t)
        for x in normal(sc, record(sc, o.asked)):
            print("  ", x.kind, x.name, repr(x.text)[:300], str(x.data)[:100])
        print(eras(sc.heard()), [len(r.line) for r in results(sc.heard(), "review_design")])
