"""From text to a tree: YAML 1.2, JSON, Markdown, lines, and what is refused within bounds."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend_mcp.errors import DesignError
from backend_mcp.tree import clean, from_text, from_value, plain

HANG = 30  # seconds; a guard against hanging, not a measure of speed


def _value(text: str) -> Any:
    return plain(from_text(f"key: {text}\n", "a.yaml"))["key"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("Yes", "Yes"),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("010", 10),
        ("7", 7),
        ("-3", -3),
        ("1e3", 1000.0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        ("10:30", "10:30"),
        ("190:20:30", "190:20:30"),
        ("99.95 %", "99.95 %"),
        ("~", None),
        ("null", None),
        ("", None),
        ("'yes'", "yes"),
        ("'10'", "10"),
        ('"true"', "true"),
        ("'~'", "~"),
        ("~200", "~200"),
        (".nan", ".nan"),
        (".inf", ".inf"),
    ],
)
def test_a_scalar_is_read_by_yaml_1_2(text: str, value: Any) -> None:
    found = _value(text)
    assert (found, type(found)) == (value, type(value))


def test_every_node_knows_its_line() -> None:
    raw = from_text("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\ne:\n", "a.yaml")
    top = raw.value
    assert isinstance(top, dict)
    entries = top["b"].value
    assert isinstance(entries, list)
    inner = entries[1].value
    assert isinstance(inner, dict)
    lines = [top["a"].line, entries[0].line, entries[1].line, inner["d"].line, top["e"].line]
    assert lines == [1, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("a: 1\nb: 2\na: 3\n", [("a", 3)]),
        ("{a: 1, a: 2}", [("a", 1)]),
        ("a: 1\n'a': 2\n\"a\": 3\n", [("a", 2), ("a", 3)]),
    ],
)
def test_of_a_key_that_stands_twice_the_first_is_kept_and_the_others_are_told(
    text: str, twice: list[tuple[str, int]]
) -> None:
    raw = from_text(text, "a.yaml")
    assert list(raw.twice) == twice
    assert plain(raw)["a"] == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, true, null, "x"]}', {"a": [1, True, None, "x"]}),
        ('{\n\t"a": 1,\n\t"b": {\n\t\t"c": [2]\n\t}\n}', {"a": 1, "b": {"c": [2]}}),
        ('{"a": "caf\\u00e9"}', {"a": "café"}),
        ('{"a": "\\ud83d\\ude00 go"}', {"a": "😀 go"}),
        ('{\t"a": "\\ud83d\\ude00 go"}', {"a": "😀 go"}),
        ('{"a": "x\\/y\\n"}', {"a": "x/y "}),
        ('{"a":1,"b":[],"c":{}}', {"a": 1, "b": [], "c": {}}),
        ("[]", []),
        ('"word"', "word"),
    ],
)
def test_json_is_read_as_json(text: str, value: Any) -> None:
    assert plain(from_text(text, "a.json")) == value


def test_a_key_that_stands_twice_is_told_in_large_json_with_escapes_too() -> None:
    padding = '"pad": "' + "x" * 300_000 + '"'
    raw = from_text('{"a": "\\ud83d\\ude00", "b": 1, "b": 2, ' + padding + "}", "a.json")
    assert [key for key, _ in raw.twice] == ["b"]


@pytest.mark.parametrize(
    "text",
    [
        "{what: sell at 10:00, id: a}",
        "{what: sell at 10:00 then stop, id: a}",
        "{what: the key is order:step:attempt, id: a}",
    ],
)
def test_a_colon_inside_a_plain_word_of_a_flow_mapping_is_no_key(text: str) -> None:
    found = plain(from_text(text, "a.yaml"))
    assert list(found) == ["what", "id"]
    assert ":" in found["what"]


MARKDOWN = "# Plan\n\nwords\n\n```yaml design\nname: a\ncomponents:\n  - {id: app}\n```\n\nmore\n"


@pytest.mark.parametrize("name", ["plan.md", "plan.markdown", "PLAN.MD"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_fenced_design_of_a_markdown_file_is_read_with_the_lines_of_the_file(
    name: str, newline: str
) -> None:
    raw = from_text(MARKDOWN.replace("\n", newline), name)
    assert isinstance(raw.value, dict)
    assert plain(raw) == {"name": "a", "components": [{"id": "app"}]}
    assert (raw.value["name"].line, raw.value["components"].line) == (6, 8)


@pytest.mark.parametrize("fence", ["```yml design", "```yaml  design  "])
def test_a_fence_may_be_spelled_in_these_ways(fence: str) -> None:
    assert plain(from_text(f"x\n{fence}\nname: a\n```\n", "a.md")) == {"name": "a"}


def test_a_fault_in_the_fence_is_told_at_its_line_of_the_file() -> None:
    with pytest.raises(DesignError) as caught:
        from_text("# Plan\n\n```yaml design\nname: a\nb: [1, 2\n```\n", "plan.md")
    assert caught.value.problems[0].line in (5, 6)
    assert caught.value.problems[0].path == "plan.md"


def test_markdown_without_a_design_says_what_is_looked_for() -> None:
    with pytest.raises(DesignError, match="yaml design"):
        from_text("# Plan\n\n```yaml\nname: a\n```\n", "plan.md")


def test_aliases_are_not_followed_so_that_nothing_unfolds() -> None:
    layers = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    layers += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    start = time.monotonic()
    found = plain(from_text("\n".join(layers), "bomb.yaml"))
    assert time.monotonic() - start < HANG
    assert found["a11"] == ["*a10"] * 10


def test_an_anchor_is_no_part_of_its_value() -> None:
    assert plain(from_text("a: &x 1\nb: *x\nc: &y {d: 2}\n", "a.yaml")) == {
        "a": 1,
        "b": "*x",
        "c": {"d": 2},
    }


@pytest.mark.parametrize("levels", [1_000, 100_000])
@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", '{"a":', "? "])
def test_deep_nesting_is_refused_with_its_place_and_in_bounded_time(
    opening: str, levels: int
) -> None:
    start = time.monotonic()
    with pytest.raises(DesignError) as caught:
        from_text(opening * levels, "deep.yaml")
    assert time.monotonic() - start < HANG
    problem = caught.value.problems[0]
    assert (problem.path, problem.line) == ("deep.yaml", 1)
    assert "deep" in problem.reason


@pytest.mark.parametrize("levels", [33, 1_000, 100_000])
def test_a_deep_value_is_refused_too(levels: int) -> None:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    with pytest.raises(DesignError, match="deeper"):
        from_value(value, "design")


def test_thirty_levels_are_read() -> None:
    assert plain(from_text("[" * 30 + "]" * 30, "a.yaml")) != []


@pytest.mark.parametrize(
    "text", ["a: " + "x" * 10_000_000, b"a: " + b"x" * 10_000_000, "[" + "1," * 5_000_000 + "1]"]
)
def test_ten_megabytes_are_refused(text: str | bytes) -> None:
    with pytest.raises(DesignError, match="at most"):
        from_text(text, "large.yaml")


@pytest.mark.parametrize(
    "value",
    [{"a": "x" * 2_000_000}, {"x" * 2_000_000: 1}, {"a": ["€" * 400_000]}, [0] * 200_000],
    ids=["a long text", "a long key", "many bytes in few characters", "many values"],
)
def test_a_value_over_the_limits_is_refused(value: Any) -> None:
    with pytest.raises(DesignError, match="larger"):
        from_value(value, "design")


def test_too_many_values_are_refused() -> None:
    with pytest.raises(DesignError, match="values"):
        from_text("[" + "1," * 150_000 + "1]", "many.yaml")


@pytest.mark.parametrize(
    "text",
    [b"a: x\x00y\n", b"\x00\x00\x00\x00", b"\xff\xfe\x00a", b"a: \xc3\x28\n", b"\x89PNG\r\n"],
)
def test_binary_and_wrongly_encoded_text_is_refused_with_a_reason(text: bytes) -> None:
    with pytest.raises(DesignError) as caught:
        from_text(text, "a.yaml")
    assert caught.value.problems[0].reason


HOSTILE = "\u202e\u2066\u200b\u200f\ufeff\x07\x1b\x9b\ud800"


@pytest.mark.parametrize("mark", list(HOSTILE))
def test_what_no_honest_word_holds_is_cleaned_from_words_and_keys(mark: str) -> None:
    found = plain(from_value({f"a{mark}b": f"c{mark}d", "l": [f"e{mark}f"]}, "design"))
    assert mark not in clean(f"c{mark}d")
    assert mark not in "".join([*found, *(str(v) for v in found.values())])


@pytest.mark.parametrize("mark", ["\\u202e", "\\u200b", "\\u001b", "\\ud800"])
def test_escapes_in_json_can_not_bring_them_back(mark: str) -> None:
    found = plain(from_text(f'{{"a{mark}": "b{mark}", "c": 1}}', "a.json"))
    assert not set(HOSTILE) & set("".join([*found, *(str(v) for v in found.values())]))


@pytest.mark.parametrize("text", ["", "\n\n", "# only words for people\n", "---\n", "   "])
def test_an_empty_file_is_an_empty_tree(text: str) -> None:
    assert plain(from_text(text, "a.yaml")) is None


@pytest.mark.parametrize("text", ['{"name": "a"} {"name": "b"}', "[a] b", "{a: 1}\nb: 2\n"])
def test_what_stands_behind_the_end_is_refused_and_not_lost(text: str) -> None:
    with pytest.raises(DesignError):
        from_text(text, "a.yaml")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: [1, 2\n", 3), ("a: 1\n b: 2\n", 2), ("a: 'x\n", 2), ("a: 1\n@b: 2\n", 2)],
)
def test_text_that_is_no_yaml_is_refused_at_its_line(text: str, line: int) -> None:
    with pytest.raises(DesignError) as caught:
        from_text(text, "a.yaml")
    assert abs(caught.value.problems[0].line - line) <= 1


YAML_TEXT = st.text(alphabet="ab01:-?,[]{}&*!|>'\"%@`#~ \n\t\\.<=é\r", max_size=60)


@given(st.one_of(YAML_TEXT, st.text(max_size=60), st.binary(max_size=60)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text: str | bytes) -> None:
    for name in ("a.yaml", "a.md"):
        with suppress(DesignError):
            assert from_text(text, name).line >= 0


@pytest.mark.parametrize("mark", ["\n", "\t", "\u2028", "\u00ad", "\U000e0041", "\x1b", "\u202e"])
def test_a_name_stays_on_its_line_and_hides_nothing(mark: str) -> None:
    read = from_value({"components": [{"id": f"a{mark}b"}], f"k{mark}y": 1}, "argument")
    assert plain(read) == {"components": [{"id": "a b"}], "k y": 1}


def test_many_fences_that_never_close_are_refused_at_once() -> None:
    start = time.monotonic()
    with pytest.raises(DesignError, match="no fenced block"):
        from_text("```yaml design\n" * 66_000, "a.md")
    assert time.monotonic() - start < HANG
