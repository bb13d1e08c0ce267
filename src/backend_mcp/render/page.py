"""How an entry is laid out as a page: sections in order, of lines that every face prints in its own way."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from backend_mcp.render.flow import as_yaml

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `lead` is an id, `note` what stands behind the words, `more` are lines below it."""

    words: str
    lead: str = ""
    note: str = ""
    more: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its lines; or with blocks of Markdown, or of text that is kept as it is."""

    heading: str
    lines: tuple[Line, ...] = ()
    blocks: tuple[str, ...] = ()
    kept: str = ""


def sections(shape: Shape) -> list[Section]:
    """Return the page of an entry; of a part of one, the sections that begin or go on in it."""
    laid = (lay(heading, shape[key]) for key, heading, lay in _PAGE if key in shape)
    return [section for made in laid for section in (made if isinstance(made, list) else [made])]


def _words(heading: str, text: str) -> Section:
    return Section(heading, (Line(text),))


def _texts(heading: str, texts: list[str]) -> Section:
    return Section(heading, tuple(Line(t) for t in texts))


def _listed(heading: str, texts: list[str]) -> Section:
    return Section(heading, (Line(", ".join(texts)),))


def _blocks(heading: str, blocks: list[str]) -> list[Section]:
    """Lay out a page in Markdown: each of its headings begins a section."""
    made = [Section(heading)]
    for block in blocks:
        if block.startswith("#"):
            made.append(Section(block.lstrip("# ")))
        else:
            made[-1] = replace(made[-1], blocks=(*made[-1].blocks, block))
    return [s for s in made if s.heading or s.blocks]


def _pairs(heading: str, values: Shape) -> Section:
    return Section(heading, tuple(Line(str(v), k.replace("_", " ")) for k, v in values.items()))


def _about(heading: str, values: Shape) -> Section:
    said = [
        k.replace("_", " ") if v is True else f"{k.replace('_', ' ')}: {_text(v)}"
        for k, v in values.items()
    ]
    return Section(heading, (Line(" · ".join(said)),))


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _says(heading: str, said: Shape) -> Section:
    do = (Line(f"→ {said['do']}"),) if said.get("do") else ()
    number = f" ({said['number']})" if said.get("number") else ""
    return Section(heading, (Line(f"“{said['title']}”{number}", more=do),))


def _fires(heading: str, when: Shape) -> Section:
    each = (Line(f"for {when['for']}"),) if "for" in when else ()
    names = {"applies_when": "it is about", "fires_when": "it speaks when"}
    found = (Line(names[key], note=when[key]) for key in names if key in when)
    return Section(heading, (*each, *found))


def _unsaid(heading: str, keys: list[str]) -> Section:
    text = f"Where the design says `unknown` of {', '.join(keys)}: one severity lower, to be said or mended."
    return Section(heading, (Line(text),))


def _patch(heading: str, patch: Shape) -> Section:
    return Section(heading, kept=as_yaml(patch))


def _weighed(heading: str, conditions: list[Shape]) -> Section:
    return Section(
        heading,
        tuple(
            Line(c["says"], note=f"{c['for']}: {c['when']}" if "for" in c else c["when"])
            for c in conditions
        ),
    )


def _numbers(heading: str, numbers: list[Shape]) -> Section:
    lines = []
    for n in numbers:
        told = [f"read {n['read']}" if n.get("read") else "", str(n.get("basis", ""))]
        about = ", ".join(t for t in told if t)
        lines.append(Line(f"{n['value']}: {n['title']}", n["id"], about))
    return Section(heading, tuple(lines))


def _links(heading: str, links: list[Shape]) -> Section:
    return Section(heading, tuple(Line(x.get("title", ""), x["entry"]) for x in links))


def _rungs(heading: str, rungs: list[Shape]) -> Section:
    lines = []
    for r in rungs:
        holds = f"holds {r['holds']}, " if "holds" in r else ""
        more = [Line(f"{r['breaks']} Watch {r['signal']}.")]
        for p in r.get("pays", []):
            forced = ", which forces it" if p.get("forces") else ""
            more.append(Line(f"paid for by {p['need']}{forced}", note=p["when"]))
        more += [Line(f"one step up: {r['up']}")] if "up" in r else []
        more += [Line(", ".join(r["technologies"]))] if "technologies" in r else []
        lines.append(Line(f"{r['name']}: {holds}{r['upkeep']}", r["id"], more=tuple(more)))
    return Section(heading, tuple(lines))


def _items(heading: str, items: list[Shape]) -> Section:
    lines = []
    for i in items:
        more = [f"{i['matters']}" if "matters" in i else "", i.get("binds", ""), i.get("fact", "")]
        when = f"where {i['applies_when']}" if "applies_when" in i else ""
        skipped = (Line(f"else skipped: {i['skipped']}"),) if "skipped" in i else ()
        note = "; ".join(t for t in (*more, when) if t)
        lines.append(Line(i["ask"], i["id"], note, skipped))
    return Section(heading, tuple(lines))


def _stands(heading: str, rungs: list[Shape]) -> Section:
    return Section(
        heading, tuple(Line(f"stands on {r['rung']}", f"ladders/{r['ladder']}") for r in rungs)
    )


def _tried(heading: str, tried: Shape) -> Section:
    names = {
        "finding": "it speaks", "unsaid": "it says that the plan leaves it open", "look": "it asks",
        "question": "it asks for the fact that is missing", "clean": "it is silent",
    }  # fmt: skip
    lines = (Line("; ".join(tried[key]), names[key]) for key in names if key in tried)
    return Section(heading, tuple(lines))


def _changes(heading: str, lines: list[str]) -> Section:
    return Section(heading, kept="\n".join(lines))


def _sources(heading: str, sources: list[Shape]) -> Section:
    lines = []
    for s in sources:
        read = f"read {s['read']}" if "read" in s else ""
        more = tuple(Line(t) for t in (s.get("url", ""), s.get("note", "")) if t)
        lines.append(Line(s["title"], note=read, more=more))
    return Section(heading, tuple(lines))


Lay = Callable[[str, Any], Section | list[Section]]
_PAGE: Final[tuple[tuple[str, str, Lay], ...]] = (
    ("value", "", _words), ("about", "", _about), ("question", "", _words), ("moment", "", _words),
    ("table", "Values", _pairs), ("conditions", "Conditions", _words),
    ("dates", "Dates", _pairs), ("short", "In short", _words), ("what", "In short", _words),
    ("ask", "The question", _words), ("says", "Of its first example it says", _says),
    ("bad_sign", "A bad answer", _words), ("good_sign", "A good answer", _words),
    ("fires", "When it speaks", _fires), ("unsaid", "What is left open", _unsaid),
    ("why", "Why", _words), ("do", "What mends it", _words),
    ("repair", "As a change of the design", _patch), ("flips", "It falls when", _words),
    ("not_for", "Not for", _words), ("keep", "Why it must not be cut", _texts),
    ("helps", "When it helps", _weighed), ("hurts", "When it hurts", _weighed),
    ("how", "How", _words), ("text", "", _blocks), ("rungs", "From the simplest to the strongest", _rungs),
    ("breaks", "How it breaks", _words), ("signal", "What to watch", _words),
    ("step_up", "One step up", _words), ("step_down", "One step down", _words),
    ("items", "Items", _items), ("evidence", "What shows it", _pairs),
    ("details", "What can be said of it", _pairs), ("attributes", "What follows", _listed),
    ("stands_on", "On the ladders", _stands), ("numbers", "Numbers", _numbers),
    ("support_ends", "Free support ends, by version", _pairs), ("answers", "Rules that it answers", _links),
    ("changes", "Worked example: what goes (−) and comes (+)", _changes),
    ("tried_on", "Tried on", _tried), ("also_called", "Also called", _listed),
    ("see", "See also", _links), ("used_by", "Named by", _links), ("sources", "Sources", _sources),
)  # fmt: skip
"""The keys of an entry in the order of the page, with the heading of each; the first stand under the title."""
