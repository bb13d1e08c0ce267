"""What the gate must do in real clients: the case, the agent's script, and what each plan must meet.

A script is written once; how a plan is presented differs (`present`): Claude Code writes its plan's
file and calls ExitPlanMode, Codex ends its turn with the plan.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Meets = Literal["denied", "asked", "passed", "loud"]
"""What came of a plan that was presented; `loud` is let through, and the person told that it was not judged."""

PLAN = """# Plan: ticket shop

## Components

- PostgreSQL holds stock and orders, Redis in front of it as a cache.
- SQS to the workers; they send the tickets through SES.
- Stripe takes the money. Kafka carries the events to the partners.
"""
PLAIN = "# Plan: rename the button\n\n- Rename the button, its story and its test. Nothing else changes.\n"
SHOP = """name: tickets
load: {requests_per_second: {peak: 40}}
components:
- {id: shop, kind: service, technology: Node.js}
- {id: db, kind: relational, technology: PostgreSQL, holds: truth}
- {id: cache, kind: cache, technology: Redis}
- {id: jobs, kind: queue, technology: SQS}
- {id: events, kind: log, technology: Kafka}
- {id: mail, kind: external, technology: SES}
- {id: pay, kind: external, technology: Stripe}
"""
BLOCKED = f"""{SHOP}flows:
- {{id: charge, from: shop, to: pay, mode: sync, effect: money, retries: {{max: 3}}, duplicate_safe: false}}
"""
DUMMY = "name: dummy\ncomponents:\n- {id: db, kind: relational, technology: PostgreSQL}\n"

Step = str | tuple[str, dict[str, Any]]
"""`present`, or a tool with its arguments."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case: `before` prepares the place; each `meets` is due for one plan that is presented.

    `says` must stand in the refusal that the agent reads (or, of `loud`, in what the person is told).
    `person` is what the person answers to each plan that is put to them, and yes after that; `twice` registers
    the hook by the plugin, too.
    """

    name: str
    steps: tuple[Step, ...]
    meets: tuple[Meets, ...]
    says: tuple[str, ...] = ()
    plan: str = PLAN
    person: tuple[bool, ...] = ()
    before: Callable[[Any], None] = field(default=lambda _: None)
    on: bool = True
    twice: bool = False


def _review(document: str) -> Step:
    return ("review_design", {"design": document})


def _elsewhere(place: Any) -> None:
    other = place.folder("elsewhere")
    (other / "shop.yaml").write_text(SHOP)
    place.run("review", "shop.yaml", at=other)


def _file(place: Any) -> None:
    (place.workspace / "shop.yaml").write_text(SHOP)
    place.run("review", "shop.yaml")


def _older(place: Any) -> None:
    _file(place)
    (place.workspace / "shop.yaml").write_text(SHOP + "practices: {backups: true}\n")


def _broken(place: Any) -> None:
    folder = next(place.state.glob(f"{place.workspace.name}-*"))
    (folder / "stamp-0000000000000000.json").write_text('{"format": 1, "review": ')


CASES = (
    Case("no review: denied, then the person is asked, every time", ("present", "present", "present"),
         ("denied", "asked", "asked"), ("PostgreSQL", "Stripe", "no review", "call review_design", "authorization"),
         person=(False, True)),
    Case("a review that stands, after a denial", ("present", _review(SHOP), "present"), ("denied", "passed")),
    Case("a review that stands, of a file, from the terminal", ("present",), ("passed",), before=_file),
    Case("an open blocker", (_review(BLOCKED), "present", "present"), ("denied", "asked"),
         ("money-without-idempotency@flows.charge", "send the same one on every try")),
    Case("a blocker that was mended", (_review(BLOCKED), "present", _review(SHOP), "present"), ("denied", "passed")),
    Case("a review of another workspace", ("present",), ("denied",), ("no review",), before=_elsewhere),
    Case("a review that is older than its file", ("present",), ("denied",), ("is older than the file",), before=_older),
    Case("a dummy of one component", (_review(DUMMY), "present"), ("denied",),
         ("dummy", "does not hold", "Redis", "Kafka", "Stripe")),
    Case("what reviews left is broken", ("present",), ("loud",), ("could not judge", "WITHOUT a review"),
         before=_broken),
    Case("the hook of the plugin and one in the settings", ("present", "present"), ("denied", "asked"),
         ("no review",), twice=True),
    Case("nothing architectural", ("present",), ("passed",), plan=PLAIN),
    Case("the gate is off", ("present",), ("passed",), on=False),
)  # fmt: skip
