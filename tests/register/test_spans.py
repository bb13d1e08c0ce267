"""JSON, TOML and marked blocks, each edited alone: dialects, refusals with their place, odd layouts."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_mcp.clients import block, spans, tables
from backend_mcp.clients.jsonc import COMMENTS, LOOSE, PLAIN, JsonError, parse
from backend_mcp.settings import checkout, prompts_folder

ENTRY = {"command": "/opt/größe/backend-mcp", "args": ["serve"]}
PATH = ("mcpServers", "backend")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
TREES = st.recursive(
    SCALARS,
    lambda t: st.lists(t, max_size=3) | st.dictionaries(st.text(), t, max_size=3),
    max_leaves=12,
)
INDENTS = st.sampled_from([None, 0, 1, 2, 4, "\t"])


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text(), TREES, max_size=4), INDENTS, st.booleans())
def test_whatever_is_json_takes_an_entry_and_gives_it_back(
    data: dict[str, Any], indent: Any, ascii_: bool
) -> None:
    data = {k: v for k, v in data.items() if k != PATH[0]}
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_)
    new, span = spans.put(text, PATH, ENTRY)
    assert json.loads(new) == {**data, PATH[0]: {PATH[1]: ENTRY}}
    assert new[: span.at] + new[span.at + len(span.text) :] == text
    assert json.loads(spans.cut(new, PATH)) == {**data, PATH[0]: {}}


@settings(max_examples=200, deadline=None)
@given(TREES, INDENTS)
def test_the_reader_agrees_with_the_standard_library(value: Any, indent: Any) -> None:
    text = json.dumps(value, indent=indent)
    assert parse(text, PLAIN).plain() == json.loads(text)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='{}[],:"\\/* \n1ae-.', max_size=25))
def test_what_the_standard_library_refuses_plain_json_refuses_too(text: str) -> None:
    try:
        due = json.loads(text)
    except ValueError:
        with pytest.raises(JsonError):
            parse(text, PLAIN)
        return
    assert parse(text, PLAIN).plain() == due


@pytest.mark.parametrize(
    ("text", "dialects"),
    [
        ('{"a": 1}', (PLAIN, COMMENTS, LOOSE)),
        ('{"a": 1} // mine', (COMMENTS, LOOSE)),
        ('{/* mine */ "a": "//"}', (COMMENTS, LOOSE)),
        ('{"a": [1,],}', (LOOSE,)),
        ("{'a': 1}", ()),
        ('{"a": 01}', ()),
        ('{"a": NaN}', ()),
        ('{"a": 1', ()),
        ('{"a" 1}', ()),
        ("", ()),
    ],
)
def test_each_dialect_takes_its_own(text: str, dialects: tuple[str, ...]) -> None:
    taken = []
    for dialect in (PLAIN, COMMENTS, LOOSE):
        try:
            parse(text, dialect)
        except JsonError:
            continue
        taken.append(dialect)
    assert tuple(taken) == dialects


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{\n "mcpServers": [],\n}', 2),
        ('{\n "mcpServers": null\n}', 2),
        ("[]", 1),
        ('{\n "mcpServers": {},\n "mcpServers": {}\n}', 2),
        ("{" * 300, 1),
        ('{\n "a": 1\n "b": 2}', 3),
    ],
)
def test_a_text_that_can_not_take_the_entry_is_refused_at_its_place(text: str, line: int) -> None:
    with pytest.raises(JsonError) as error:
        spans.put(text, PATH, ENTRY)
    assert text.count("\n", 0, error.value.at) + 1 == line


def test_of_two_servers_of_one_name_both_stay() -> None:
    text = '{"mcpServers": {"a": 1, "a": 2}}'
    assert '"a": 1, "a": 2' in spans.put(text, PATH, ENTRY)[0]


@pytest.mark.parametrize("seed", range(30))
def test_an_entry_goes_from_wherever_it_stands(seed: int) -> None:
    rnd = random.Random(seed)
    names = ["a", "b", "backend", "c"]
    rnd.shuffle(names)
    newline, note = rnd.choice(["\n", "\r\n"]), rnd.choice(["", " // of this line"])
    comma = rnd.choice(["", ","])
    member = {n: f'{newline}  "{n}": {{}}' for n in names}
    whole = ",".join(member.values()) + comma + note
    rest = ",".join(m for n, m in member.items() if n != "backend") + comma + note
    text = f'{{"mcpServers": {{{whole}{newline}}}}}'
    assert spans.cut(text, PATH) == f'{{"mcpServers": {{{rest}{newline}}}}}'


TABLE = {"command": "/opt/b", "args": ["serve"]}
NAME = ("mcp_servers", "backend")


@pytest.mark.parametrize(
    "text",
    [
        "", "a = 1", "a = 1\r\n", "# only a comment", "[mcp_servers]\n", "[[x]]\ny = 1\n",
        'a = """\n[mcp_servers.backend]\n"""\n', "a = [\n  [1],\n]\n", "[mcp_servers.backendish]\nx = 1\n",
    ],
)  # fmt: skip
def test_a_table_goes_behind_everything_and_comes_out_again(text: str) -> None:
    new, span = tables.put(text, NAME, TABLE)
    assert new[: span.at] + new[span.at + len(span.text) :] == text
    assert tables.find(new, NAME) == TABLE
    late = new + "\n# late\n[late]\nx = 1\n"
    assert tables.find(tables.cut(late, NAME), NAME) is None
    assert tables.cut(late, NAME).endswith("# late\n[late]\nx = 1\n")
    assert tables.cut(late, NAME).startswith(text)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a = \n", 1, ""),
        ("x = 1\nmcp_servers = {a = {}}\n", 2, "one line"),
        ("x = 1\n[mcp_servers\n", 2, ""),
    ],
)
def test_toml_that_has_no_room_is_refused_at_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(tables.TomlError) as error:
        tables.put(text, NAME, TABLE)
    assert error.value.line == line
    assert word in error.value.reason


def test_of_a_list_of_tables_only_ours_goes() -> None:
    text = "[[rule]]\na = 1\n\n[[rule]]\na = 2\n\n[[rule]]\na = 3\n"
    assert (
        tables.cut(text, ("rule",), lambda v: v == {"a": 2})
        == "[[rule]]\na = 1\n\n[[rule]]\na = 3\n"
    )


@pytest.mark.parametrize("text", ["", "# Rules\n", "# Rules\r\n\r\nx", "x\n\n"])
def test_a_block_goes_to_the_end_and_out_again(text: str) -> None:
    new, span = block.put(text, "one\ntwo")
    assert block.find(new) == "one\ntwo"
    assert new[: span.at] + new[span.at + len(span.text) :] == text
    assert block.cut(new + "later\n").endswith("later\n")


@pytest.mark.parametrize(
    "text", [f"{block.BEGIN}\n", f"x\n{block.END}\n", f"{block.BEGIN}\n{block.END}\n" * 2]
)
def test_marks_that_do_not_pair_are_refused(text: str) -> None:
    with pytest.raises(block.BlockError):
        block.find(text)


def test_the_lines_for_agents_are_the_sentences_of_the_instructions() -> None:
    text = (prompts_folder() / "instructions.md").read_text()
    lines = block.trigger(text)
    when, size, *_ = text.split("\n\n")
    first, second, _ = lines.split("\n")
    assert when.startswith(first)
    assert first.endswith("call review_design with what you know.")
    assert second == size
    copied = checkout() / "integrations" / "agents" / "AGENTS.md"
    assert not copied.exists() or copied.read_text() == lines + "\n"
