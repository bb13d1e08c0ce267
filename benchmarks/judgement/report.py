"""The table of the bench, and its honest misses, as Markdown."""

from dataclasses import dataclass, field

from benchmarks import page
from benchmarks.judgement import baselines, mutation, seeded, selectivity
from benchmarks.judgement.cases import (
    HEAVY,
    HERE,
    Document,
    folder,
    heavy,
    load,
    review,
    share,
)
from benchmarks.judgement.plans import Plan, plans
from benchmarks.judgement.published import Case, agreement, cases, kept_aside


@dataclass
class Table:
    """The lines of the table, and what was missed, each with a name."""

    lines: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)

    def row(self, what: str, measured: object, bar: str) -> None:
        """Add one figure beside its bar."""
        self.lines.append(f"| {what} | {measured} | {bar} |")

    def miss(self, text: str) -> None:
        """Name one miss."""
        self.misses.append(f"- {text}")


def table() -> Table:
    """Run the whole bench."""
    made = Table(["| what | measured | bar |", "|---|---|---|"])
    _plans(made, plans())
    _published(made, cases())
    _seeded(made)
    _controls(made)
    _twins(made)
    _selectivity(made)
    _mutants(made)
    _baselines(made)
    return made


def write(made: Table) -> None:
    """Renew the part of the page that is the bench's."""
    page.renew("judgement", "\n".join([*made.lines, "", "What was missed:", "", *made.misses]))


def _plans(made: Table, found: list[Plan]) -> None:
    def of(**kind: object) -> object:
        return share([x for p in found for x in p.of(**kind)])  # type: ignore[arg-type]

    made.row("six plans: verdict acceptable", share([p.verdict for p in found]), "6 of 6")
    made.row("six plans: typed findings `over` raised", of(side="over", typed=True), "all but one")
    made.row("six plans: typed findings of the first three", of(typed=True, first=True), "80 %")
    made.row("six plans: typed findings", of(typed=True), "70 %")
    made.row("six plans: untyped findings pointed at", of(typed=False), "60 %")
    for p in found:
        made.row(f"six plans: keep list of {p.name} among our first eight", p.keeps, "70 %")
        for f in p.expected:
            if p.met[f["rank"]] not in ("raised", "pointed"):
                made.miss(
                    f"plan {p.name}, finding {f['rank']} at {f['at']}: {p.met[f['rank']] or 'not met'}"
                )
    said = [f"{p.name}: {w}" for p in found for w in (*p.said, *p.attacked)]
    made.row("six plans: forbidden sentences, keeps attacked", len(said), "0")
    for line in said:
        made.miss(f"plan {line}")


def _published(made: Table, found: list[Case]) -> None:
    made.row("published: cases encoded", len(found), "50 of 62")
    made.row("published: verdict agrees", agreement(found), "55 %")
    made.row("published: wrong in direction", share([c.wrong for c in found]), "at most 4 %")
    made.row(
        "published: agrees, or undecided with the deciding question",
        share([c.fair for c in found]),
        "85 %",
    )
    made.row(
        "published: the same, findings that name what is left open counted as asking",
        share([c.fair_with_findings for c in found]),
        "-",
    )
    aside = kept_aside(found)
    made.row(
        "published: agrees or asks, of those looked at / of those kept aside",
        " / ".join(
            str(share([c.fair for c in found if (c.name in aside) is kept]))
            for kept in (False, True)
        ),
        "-",
    )
    made.row(
        "published: decisive fault raised",
        share([c.named for c in found if c.expected[0] != "right"]),
        "-",
    )
    made.row(
        "published: decisive fault in the first three",
        share([c.first for c in found if c.expected[0] != "right"]),
        "-",
    )
    made.row("published: forbidden claims", sum(len(c.forbidden) for c in found), "0")
    for word in ("undecided", "right", "over", "under"):
        made.row(
            f"published: the same word to all, `{word}`",
            f"{100 * baselines.one_word(found, word):.0f} %",
            "-",
        )
    for c in found:
        if not c.fair or c.forbidden:
            what = f", claimed {', '.join(c.forbidden)}" if c.forbidden else ""
            made.miss(f"published {c.name}: {c.said} where {' or '.join(c.expected)}{what}")


def _seeded(made: Table) -> None:
    found = seeded.flaws()
    typed = [f for f in found if f.severity in HEAVY]
    blockers = [f for f in found if f.severity == "blocker"]
    over = [f for f in found if f.side == "over"]
    made.row(
        "seeded: flaws (over, under and seams)",
        f"{len(found)} ({len(over)}, {len(found) - len(over)})",
        "96",
    )
    made.row("seeded: recall of blockers", share([bool(f.raised) for f in blockers]), "0.95")
    made.row("seeded: recall of all", share([bool(f.raised) for f in typed]), "0.85")
    made.row(
        "seeded: recall over / under",
        f"{share([bool(f.raised) for f in over])} / {share([bool(f.raised) for f in found if f.side != 'over'])}",
        "-",
    )
    alarms, wrong = sum(len(f.alarms) for f in found), sum(len(f.blockers) for f in found)
    hits = sum(bool(f.raised) for f in found)
    block_hits = sum(f.raised == "blocker" for f in found)
    made.row(
        "seeded: precision of all",
        f"{hits / max(1, hits + alarms):.2f} ({alarms} strangers)",
        "0.85",
    )
    made.row(
        "seeded: precision of blockers", f"{block_hits / max(1, block_hits + wrong):.2f}", "0.95"
    )
    for count in seeded.TOGETHER:
        raised, of = seeded.together(count)
        made.row(
            f"seeded: recall with {count} flaws at once, under other names",
            f"{raised} of {of} ({100 * raised / max(1, of):.0f} %)",
            "-",
        )
    made.row(
        "seeded: sound designs whose answer changes with names or order", len(seeded.neutral()), "0"
    )
    for f in found:
        if not f.raised:
            made.miss(f"seeded {f.code} {f.id} in {f.base} at {f.place} ({f.severity}): not raised")


def _controls(made: Table) -> None:
    found = seeded.controls()
    made.row("controls: sound designs", len(found), "72")
    made.row("controls: with a blocker or high", sum(bool(c.alarms) for c in found), "0")
    made.row("controls: verdict right", share([c.verdict == "right" for c in found]), "-")
    sound = [review(d) for d in seeded.bases().values()]
    made.row(
        "bases: with a blocker or high", sum(bool(heavy(a, "blocker", "high")) for a in sound), "0"
    )
    for c in found:
        if c.alarms:
            made.miss(f"control {c.name}: {', '.join(c.alarms)}")


def _twins(made: Table) -> None:
    found = seeded.twins()
    made.row("twins: flip", share([t.flips for t in found]), "95 %")
    for t in found:
        if not t.flips:
            made.miss(f"twin {t.name}: {t.note}")


def _selectivity(made: Table) -> None:
    answers = [review(d) for d in selectivity.documents()]
    common = selectivity.common(answers)
    made.row(
        "selectivity: median of findings at medium or above on sound designs",
        selectivity.sound_median(),
        "0",
    )
    made.row("selectivity: lines said of more than a quarter of all designs", len(common), "0")
    for line, part in common:
        made.miss(f"said of {100 * part:.0f} % of all designs: {line}")


def _mutants(made: Table) -> None:
    found = mutation.tried()
    made.row("mutants of rules caught by their own examples", mutation.caught(found), "90 %")


def _baselines(made: Table) -> None:
    documents: list[Document] = [c["design"] for c in folder("published")]
    expected = [c["expect"]["verdict"] for c in folder("published")]
    counted = [baselines.points(d) in e for d, e in zip(documents, expected, strict=True)]
    made.row("baseline, points for each technology: published verdict agrees", share(counted), "-")
    known, mutators = seeded.bases(), load(HERE / "seeded/mutators.yaml")
    claims = sum(baselines.listed(known[b]) for m in mutators for b in m["bases"])
    seeds = sum(len(m["bases"]) for m in mutators)
    made.row(
        "baseline, list everything: recall / precision on seeded flaws",
        f"1.00 / {seeds / claims:.4f}",
        "-",
    )
