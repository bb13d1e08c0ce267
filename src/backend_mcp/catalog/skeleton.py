"""Skeletons of new entries: every TODO fails the check until it is filled in."""

import re
from pathlib import Path
from typing import Final

from backend_mcp.errors import PathError

_NAME: Final = re.compile(r"([a-z][a-z0-9-]{1,30})/([a-z][a-z0-9-]{2,60})\Z")

RULE: Final = """\
# yaml-language-server: $schema=../../../schema/rule.json
id: {id}
title: TODO the fault in a few words; it must read after "allow"
direction: under
severity: medium
for_each: flows
applies_when: effect == money
fires_when: duplicate_safe == false
what: "TODO the sentence about this design: {{id}} …"
why: TODO the mechanism, with its number.
do: TODO the smallest change
flips: TODO the fact that would cancel it
not_for: TODO where it does not hold.
counterweight: TODO
repair: {{duplicate_safe: true}}
sources:
  - {{title: "TODO", url: "TODO", read: TODO}}
examples:
  - name: TODO the fault
    expect: finding
    at: [flows.pay]
    design:
      components: [{{id: shop, kind: service}}, {{id: psp, kind: external}}]
      flows: [{{id: pay, from: shop, to: psp, effect: money, duplicate_safe: false}}]
  - name: TODO its smallest repair
    expect: clean
    fixes: TODO the fault
    design:
      components: [{{id: shop, kind: service}}, {{id: psp, kind: external}}]
      flows: [{{id: pay, from: shop, to: psp, effect: money, duplicate_safe: true}}]
  - name: TODO the design that it must not fire on
    expect: clean
    design:
      components: [{{id: shop, kind: service}}, {{id: psp, kind: external}}]
      flows: [{{id: look, from: shop, to: psp, effect: read, duplicate_safe: false}}]
  - name: TODO the deciding fact is missing
    expect: question
    design:
      components: [{{id: shop, kind: service}}, {{id: psp, kind: external}}]
      flows: [{{id: pay, from: shop, to: psp, effect: money}}]
"""
PROBE: Final = """\
# yaml-language-server: $schema=../../../schema/probe.json
id: {id}
title: TODO the fault that no typed fact can show
for_each: flows
applies_when: effect == stock
ask: "TODO the question about this design: what happens to {{what}} when …?"
bad_sign: TODO how a bad answer shows
good_sign: TODO how a good answer shows
decides: medium
why: TODO the mechanism, with its number.
do: TODO the smallest change
sources:
  - {{title: "TODO", url: "TODO", read: TODO}}
examples:
  - name: TODO where the fault can exist
    expect: look
    at: [flows.reserve]
    design:
      components: [{{id: shop, kind: service}}, {{id: db, kind: relational}}]
      flows: [{{id: reserve, from: shop, to: db, effect: stock}}]
  - name: TODO where it can't
    expect: clean
    design:
      components: [{{id: shop, kind: service}}, {{id: db, kind: relational}}]
      flows: [{{id: look, from: shop, to: db, effect: read}}]
"""


def skeleton(folder: Path, kind: str, name: str) -> Path:
    """Write the skeleton of a `rule` or `probe` below a knowledge folder and return its path.

    Raises:
        PathError: the name is not AREA/ID in lower case with hyphens, or the file exists.
    """
    found = _NAME.match(name)
    if found is None:
        raise PathError(f"{name}: AREA/ID is due, as in resilience/retries-without-jitter")
    area, id_ = found.groups()
    path = folder / f"{kind}s" / area / f"{id_}.yaml"
    if path.exists() or list((folder / f"{kind}s").rglob(f"{id_}.yaml")):
        raise PathError(f"{path}: {id_} exists already; an id is never used for a second meaning")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((RULE if kind == "rule" else PROBE).format(id=id_), encoding="utf-8")
    except OSError as error:
        raise PathError(f"{path}: can't be written: {error.strerror}") from error
    return path
