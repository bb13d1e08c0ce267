"""Findings as SARIF: valid by the published schema, beside the line they are about, the same ids as in the review."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import DATA, EXAMPLES
from tests.faces.conftest import Run

SCHEMA = json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
"""What the schema says of a log as a whole; its definitions hold the rest."""


def _log(run: Run, tmp_path: Path, design: Path | str, **more: object) -> dict[str, object]:
    done = run("review", design, "--sarif", tmp_path / "out.sarif", **more)
    assert done.returncode == 0, done.stderr
    return json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))


@pytest.mark.parametrize("design", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_example_gives_a_log_that_the_schema_takes(
    run: Run, tmp_path: Path, design: Path
) -> None:
    log = _log(run, tmp_path, design)
    jsonschema.Draft7Validator(SCHEMA).validate(log)
    full = json.loads(run("review", design, "--json", "--detail", "full").stdout)
    results = log["runs"][0]["results"]  # type: ignore[index]
    assert [r["partialFingerprints"]["finding/v1"] for r in results] == [
        f["id"] for f in full["findings"]
    ]


def test_a_finding_stands_beside_the_line_of_its_part(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    text = "name: shop\ncomponents:\n  - {id: app, kind: service}\n  - {id: psp, kind: external}\nflows:\n"
    text += "  - {id: pay, from: app, to: psp, effect: money, duplicate_safe: false, retries: {max: 3}}\n"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "shop.yaml").write_text(text)
    (result,) = [
        r
        for r in _log(run, tmp_path, tmp_path / "docs" / "shop.yaml")["runs"][0]["results"]  # type: ignore[index]
        if r["partialFingerprints"]["finding/v1"] == "money-without-idempotency@flows.pay"
    ]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/shop.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 6}
    assert result["level"] == "error"


def test_what_comes_through_a_pipe_has_no_place_in_a_file(run: Run, tmp_path: Path) -> None:
    log = _log(run, tmp_path, "-", input=(EXAMPLES / "festival-as-proposed.yaml").read_bytes())
    jsonschema.Draft7Validator(SCHEMA).validate(log)
    results = log["runs"][0]["results"]  # type: ignore[index]
    assert results
    assert not any("physicalLocation" in r["locations"][0] for r in results)


def test_a_path_that_cannot_be_written_is_told_and_nothing_else(run: Run, tmp_path: Path) -> None:
    design = EXAMPLES / "saas-plain.yaml"
    done = run("review", design, "--sarif", tmp_path / "no" / "such" / "out.sarif")
    assert done.returncode == 2
    assert "give --sarif another path" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["shop.yaml", "other.yml", "shop.json"])
def test_findings_are_never_written_over_a_design(run: Run, tmp_path: Path, name: str) -> None:
    given = tmp_path / ("shop.json" if name.endswith("json") else "shop.yaml")
    given.write_text('{"components": [{"id": "app", "kind": "service"}]}')
    before = given.read_bytes()
    done = run("review", given, "--sarif", tmp_path / name)
    assert done.returncode == 2
    assert "--sarif" in done.stderr
    assert given.read_bytes() == before
