"""Search the knowledge in words as people use them, and say so when it is not there.

Each word of a query is a concept: the word itself and what the vocabulary says it also means. An
entry scores, by concept, as FTS5's BM25 says (Robertson and Zaragoza, The Probabilistic Relevance
Framework, 2009) with columns weighted, and once more for words that stand side by side in it as they
do in the query; what matters as much is how much of what was asked it covers. Who gives the name of
an entry gets it first, and the form of a question ("x vs y", "how many") tells which kind answers it.
"""

import itertools
import re
import sqlite3
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from math import log
from typing import Final

from backend_mcp.catalog.index import WORD
from backend_mcp.model.consultation import Found, Hit

MOST: Final = 10
_WEIGHTS: Final = (8.0, 5.0, 2.0, 1.0)
"""Of the columns names, symptoms, says and text."""
_SYNONYM, _MISSPELLED = 0.7, 0.9
"""What a match of another name counts beside one of the word itself, and of what it was meant to be."""
_LEAST: Final = 0.1
_SHORTEST, _CLOSE = 5, 0.84
_PART: Final = 3
"""The shortest part of a word that people write in one or in two ("dead letter", "deadletter")."""
_SIDE_BY_SIDE: Final = 0.5
"""What two words count, beside their own matches, where a name or a symptom has them as the query has."""
_PAIR, _NEAR = 2, 8
"""Two words are asked for as one thing, and an entry speaks of it that has at most so many between them."""
Group = tuple[tuple[str, float], ...]
"""A word with its other names, each with what a match of it counts; a name may be several words."""
_HERE: Final = 0.54
"""How much of what was asked, by weight of its words, an answer must hold where it speaks of it."""
_FULL: Final = 0.9
"""BM25 for each unit of rarity from which on a word counts as spoken of, and not only mentioned."""
_PRIOR: Final = {"technologies": 0.6, "thresholds": 0.8, "checklists": 0.8}
"""A product or a number answers who names it, a checklist who names a step; others come first."""
_FORMS: Final = (
    (
        re.compile(
            r"\b(vs|versus|or|which|instead of|better|overkill|worth|need)\b"
            r"|\b(do|should|when|would) (i|we|you|one)\b"
        ),
        {"guides": 1.5, "ladders": 1.25},
    ),
    (
        re.compile(
            r"\bhow (many|much|long|large|big|high|fast|often|old|deep|small|far)\b"
            r"|\b(max|maximum|minimum|limits?|size|quota|per (second|minute|hour|day))\b"
        ),
        {"thresholds": 1.2},
    ),
    (
        re.compile(
            r"\b(checklist|template|prepare|consider|ready|forget|forgot|think about)\b"
            r"|\bwhat to check\b|\bbefore (i|we|you|going)\b"
        ),
        {"checklists": 1.3},
    ),
)
"""A choice is asked for, and a guide or a ladder holds both sides; a number; what to think of beforehand."""
_LONGEST_QUERY: Final = 400
_MOST_WORDS: Final = 24
_LITTLE: Final = frozenset(
    """
    a about above after again ago all already also always am an and any anybody anyone anymore are as at be
    because been before being below best between both but by can cannot cant could did do does
    doesn doing don done down during each either else enough ever every everybody everyone few for from get gets
    getting go goes going got had has have having he help her here him his how i if im in into
    is isn it its just keep keeps kind know let like ll make makes many maybe me mean more most
    much must my need needs no nobody not nothing now of off ok on once one only onto or other our out
    over own per please put really right s same see seems she should so some someone something
    sometimes still such sure t take than that the their them then there these they thing things
    this those though through to too under until up us use used using very via want wants was we
    well were what when where whether which while who whole why will with within without work
    works would yet you your vs versus
    """.split()  # noqa: SIM905
)
"""Words that say nothing about the matter."""


@dataclass(frozen=True, slots=True)
class _Concept:
    """One word of a query with its other names; `weight` is how rare it is."""

    hits: dict[int, float]
    weight: float


def search(index: sqlite3.Connection, query: str, most: int = MOST) -> Found:
    """Return the entries that answer a query, best first; or the nearest, and that none does."""
    words = _words(index, query)
    kinds = _kinds(index)
    groups = _groups(index, words)
    concepts = [_concept(index, group, len(kinds)) for group in groups]
    if not concepts:
        return Found(query, False, ())
    asked = sum(c.weight for c in concepts)
    scores: dict[int, float] = {}
    covered: dict[int, float] = {}
    for concept in concepts:
        for row, score in concept.hits.items():
            scores[row] = scores.get(row, 0.0) + score
            spoken = min(1.0, score / (_FULL * concept.weight))
            covered[row] = covered.get(row, 0.0) + concept.weight * spoken
    prior, named_so = _prior(query), _named_so(index, query)
    beside = _side_by_side(index, words, concepts)
    rank = {
        r: (scores[r] + beside.get(r, 0.0)) * covered[r] * prior.get(kinds[r], 1.0) for r in scores
    }
    ranked = sorted(rank, key=lambda r: (-named_so.get(r, 0), -rank[r], r))[:most]
    here = bool(ranked) and (
        ranked[0] in named_so
        or (
            scores[ranked[0]] * covered[ranked[0]] / asked**2 >= _HERE
            and _stand_together(index, ranked[0], groups)
        )
    )
    return Found(query, here, tuple(_hit(index, row) for row in ranked))


def _stand_together(index: sqlite3.Connection, row: int, groups: list[Group]) -> bool:
    """Return whether an entry has the two words of a query near each other: "memory leak" is one thing."""
    if len(groups) != _PAIR:
        return True
    together = [
        f'"{a}"' if a == b else f'NEAR("{a}" "{b}", {_NEAR})'
        for a, _ in groups[0]
        for b, _ in groups[1]
    ]
    found = index.execute(
        "SELECT 1 FROM words WHERE rowid = ? AND words MATCH ?", (row, " OR ".join(together))
    )
    return found.fetchone() is not None


def _prior(query: str) -> dict[str, float]:
    """Return what each kind of entry counts as an answer to a question of this form."""
    forms = [kinds for form, kinds in _FORMS if form.search(query.lower())]
    return {kind: factor for kinds in (_PRIOR, *forms) for kind, factor in kinds.items()}


def _named_so(index: sqlite3.Connection, query: str) -> dict[int, int]:
    """Return the entries that the whole query is a name of: 2 for the title or id, 1 for another name."""
    all_ = WORD.findall(query[:_LONGEST_QUERY].lower())
    rows = index.execute(
        "SELECT entry, max(own) FROM name WHERE name IN (?, ?) GROUP BY entry",
        (" ".join(all_), " ".join(_words(index, query))),
    )
    return {row: 1 + own for row, own in rows}


def _side_by_side(
    index: sqlite3.Connection, words: list[str], concepts: list[_Concept]
) -> dict[int, float]:
    """Return what entries score for holding two words of the query side by side."""
    known = [bool(c.hits) for c in concepts]
    pairs = [
        f'"{a} {b}"'
        for a, b, x, y in zip(words, words[1:], known, known[1:], strict=False)
        if x and y
    ]
    if not pairs:
        return {}
    found = _matches(index, f"{{names symptoms}} : ({' OR '.join(pairs)})")
    return {row: score * _SIDE_BY_SIDE for row, score in found}


@lru_cache(maxsize=4)
def _kinds(index: sqlite3.Connection) -> dict[int, str]:
    return dict(index.execute("SELECT rowid, kind FROM entry"))


def _words(index: sqlite3.Connection, query: str) -> list[str]:
    """Return the words of a query that say something; where none does, all of them."""
    all_ = WORD.findall(query[:_LONGEST_QUERY].lower())[:_MOST_WORDS]
    for at in range(len(all_) - 1):
        joined = all_[at] + all_[at + 1]
        if not _LITTLE.isdisjoint(all_[at : at + 2]) and _is_known(index, joined):
            all_[at : at + 2] = ["", joined]  # "time out" is no time
    telling = [w for w in all_ if w and w not in _LITTLE]
    return list(dict.fromkeys(telling or filter(None, all_)))


def _groups(index: sqlite3.Connection, words: list[str]) -> list[Group]:
    """Return each word with the other names that the vocabulary has for it."""
    groups = [[(word, 1.0), *_others(index, word)] for word in words]
    for first, second in itertools.pairwise(groups):
        joined = first[0][0] + second[0][0]
        if _is_known(index, joined):
            first.append((joined, _SYNONYM))
            second.append((joined, _SYNONYM))
    return [tuple(group) for group in groups]


def _others(index: sqlite3.Connection, word: str) -> list[tuple[str, float]]:
    means = index.execute("SELECT means FROM alias WHERE phrase = ?", (word,)).fetchone()
    if means is not None:
        name = " ".join(WORD.findall(means[0]))
        return [(name, _SYNONYM)] if name != word else []
    if _matches(index, f'"{word}"'):
        return []
    return [(w, _MISSPELLED) for w in _spelled(index, word) or _parted(index, word)]


def _is_known(index: sqlite3.Connection, word: str) -> bool:
    return index.execute("SELECT 1 FROM spelled WHERE word = ?", (word,)).fetchone() is not None


def _parted(index: sqlite3.Connection, word: str) -> list[str]:
    """Return an unknown word as the two words side by side that entries have for it."""
    parts = [f"{word[:at]} {word[at:]}" for at in range(_PART, len(word) - _PART + 1)]
    return [p for p in parts if _matches(index, f'"{p}"')][:1]


def _spelled(index: sqlite3.Connection, word: str) -> list[str]:
    """Return the known word that an unknown one was meant to be; nobody mistypes the first letters."""
    if len(word) < _SHORTEST:
        return []
    likely = index.execute(
        "SELECT word FROM spelled WHERE word LIKE ? AND abs(length(word) - ?) <= 1",
        (f"{word[:2]}%", len(word)),
    ).fetchall()
    return get_close_matches(word, [w for (w,) in likely], 1, _CLOSE)


def _concept(index: sqlite3.Connection, group: Group, size: int) -> _Concept:
    """Return what a word matches; how rare it is, its other names tell only where it is itself unknown."""
    hits: dict[int, float] = {}
    found = 0
    for word, weight in group:
        rows = _matches(index, f'"{word}"')
        found = found or len(rows)
        for row, score in rows:
            hits[row] = max(hits.get(row, 0.0), score * weight)
    return _Concept(hits, max(log((size - found + 0.5) / (found + 0.5)), _LEAST))


def _matches(index: sqlite3.Connection, what: str) -> list[tuple[int, float]]:
    weights = ", ".join(map(str, _WEIGHTS))
    found: list[tuple[int, float]] = index.execute(
        f"SELECT rowid, -bm25(words, {weights}) FROM words WHERE words MATCH ?", (what,)
    ).fetchall()
    return found


def _hit(index: sqlite3.Connection, row: int) -> Hit:
    kind, id_, title, says = index.execute(
        "SELECT kind, id, title, says FROM entry WHERE rowid = ?", (row,)
    ).fetchone()
    return Hit(kind, id_, title, says)


def named(index: sqlite3.Connection, name: str) -> list[Hit]:
    """Return the entries of that name: `kind/id`, or an id that stands in one kind or several."""
    kind, slash, id_ = name.strip().partition("/")
    if slash:
        rows = index.execute("SELECT rowid FROM entry WHERE kind = ? AND id = ?", (kind, id_))
    else:
        rows = index.execute("SELECT rowid FROM entry WHERE id = ?", (kind,))
    return [_hit(index, row) for (row,) in rows.fetchall()]


def nearest_names(index: sqlite3.Connection, name: str) -> list[str]:
    """Return the names of entries that are spelled most like a name."""
    rows = index.execute("SELECT kind || '/' || id, id FROM entry").fetchall()
    by_id = {id_: full for full, id_ in rows}
    wanted = name.rpartition("/")[2]
    return [by_id[id_] for id_ in get_close_matches(wanted, list(by_id), 3, 0.6)]
