"""Small entries of the knowledge, whole and sound, for tests to bend."""

from pathlib import Path

THRESHOLD = """\
id: a-rate
title: A rate
kind: rate
value: 50..200/s
nature: heuristic
conditions: none
confidence: C
read: 2026-01-01
expires: 2027-01-01
sources: [{title: House, note: measured here}]
"""
_DESIGN = """\
    design:
      components: [{id: shop, kind: service}, {id: psp, kind: external}]
      flows: [{id: pay, from: shop, to: psp, effect: %s%s}]
"""
RULE = (
    """\
id: a-rule
title: A payment may be taken twice
direction: under
severity: medium
for_each: flows
applies_when: effect == money
fires_when: duplicate_safe == false
what: "{id} may be taken twice"
why: a retry after a timeout
do: give {id} a key
flips: never
not_for: reads
counterweight: b-rule
repair: {duplicate_safe: true}
sources: [{title: House, note: seen}]
examples:
  - name: the fault
    expect: finding
    at: [flows.pay]
"""
    + _DESIGN % ("money", ", duplicate_safe: false")
    + """\
  - name: its repair
    expect: clean
    fixes: the fault
"""
    + _DESIGN % ("money", ", duplicate_safe: true")
    + """\
  - name: a read
    expect: clean
"""
    + _DESIGN % ("read", ", duplicate_safe: false")
    + """\
  - name: not said
    expect: question
"""
    + _DESIGN % ("money", "")
)
COUNTER = (
    RULE.replace("a-rule", "b-rule-x")
    .replace("counterweight: b-rule", "counterweight: a-rule")
    .replace("b-rule-x", "b-rule")
    .replace("direction: under", "direction: over")
    .replace("effect == money", "effect == external")
    .replace("effect: money", "effect: external")
)
PROBE = (
    """\
id: a-probe
title: Two subtract one hold
for_each: flows
applies_when: effect == stock
ask: "what happens to {id} when the hold ends first?"
bad_sign: both subtract
good_sign: one of them wins
decides: medium
why: both read before either writes
do: subtract in one statement
sources: [{title: House, note: seen}]
examples:
  - name: where it can exist
    expect: look
    at: [flows.pay]
"""
    + _DESIGN % ("stock", "")
    + """\
  - name: where it can't
    expect: clean
"""
    + _DESIGN % ("read", "")
)


def write(folder: Path, path: str, text: str) -> None:
    """Write one file of a knowledge folder."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
