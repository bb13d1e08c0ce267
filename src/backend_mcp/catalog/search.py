"""Search the knowledge in words as people use them, and say so when it is not there.

Each word of a query is a concept: the word itself and what the vocabulary says it also means. An
entry scores, by concept, as FTS5's BM25 says (Robertson and Zaragoza, The Probabilistic Relevance
Framework, 2009) with columns weighted; what matters as much is how much of what was asked it covers.
"""

import re
import sqlite3
from dataclasses import dataclass
from difflib import get_close_matches
from math import log
from typing import Final

from backend_mcp.model.consultation import Found, Hit

MOST: Final = 10
_WEIGHTS: Final = (6.0, 5.0, 2.0, 1.0)
"""Of the columns names, symptoms, says and text."""
_SYNONYM: Final = 0.7
"""What a match of another name counts beside one of the word itself."""
_HERE: Final = 0.3
"""How much of what was asked, by weight of its words, an answer must hold where it speaks of it."""
_FULL: Final = 0.9
"""BM25 for each unit of rarity from which on a word counts as spoken of, and not only mentioned."""
_PRIOR: Final = {"technologies": 0.6, "thresholds": 0.8, "checklists": 0.75}
"""A product or a number answers who names it, a checklist who names a step; others come first."""
_LONGEST_QUERY: Final = 400
_MOST_WORDS: Final = 24
_WORD: Final = re.compile(r"[^\W_]+(?:[+#]+)?", re.UNICODE)
_LITTLE: Final = frozenset(
    """
    a about above after again all already also always am an and any anybody anyone are as at be
    because been before being below best between both but by can cannot cant could did do does
    doesn doing don done down during each either else enough ever every few for from get gets
    getting go goes going got had has have having he help her here him his how i if im in into
    is isn it its just keep keeps kind know let like ll make makes many maybe me mean more most
    much must my need needs no not nothing now of off ok on once one only onto or other our out
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
    words = _words(query)
    size = index.execute("SELECT count(*) FROM entry").fetchone()[0]
    concepts = [_concept(index, group, size) for group in _groups(index, words)]
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
    kinds = dict(index.execute("SELECT rowid, kind FROM entry"))
    rank = {r: scores[r] * covered[r] / asked * _PRIOR.get(kinds[r], 1.0) for r in scores}
    ranked = sorted(rank, key=lambda r: (-rank[r], r))[:most]
    here = bool(ranked) and scores[ranked[0]] * covered[ranked[0]] / asked**2 >= _HERE
    return Found(query, here, tuple(_hit(index, row) for row in ranked))


def _words(query: str) -> list[str]:
    """Return the words of a query that say something; where none does, all of them."""
    all_ = _WORD.findall(query[:_LONGEST_QUERY].lower())[:_MOST_WORDS]
    telling = [w for w in all_ if w not in _LITTLE]
    return list(dict.fromkeys(telling or all_))


def _groups(index: sqlite3.Connection, words: list[str]) -> list[tuple[str, ...]]:
    """Return each word with the other names that the vocabulary has for it, alone or with the next."""
    groups = []
    for word in words:
        means = index.execute("SELECT means FROM alias WHERE phrase = ?", (word,)).fetchone()
        other = _WORD.findall(means[0]) if means is not None else []
        groups.append((word, *(w for w in other if w != word and w not in _LITTLE)))
    return groups


def _concept(index: sqlite3.Connection, group: tuple[str, ...], size: int) -> _Concept:
    hits: dict[int, float] = {}
    found = 0
    for number, word in enumerate(group):
        rows = _matches(index, word)
        found = max(found, len(rows))
        for row, score in rows:
            counted = score if number == 0 else score * _SYNONYM
            hits[row] = max(hits.get(row, 0.0), counted)
    return _Concept(hits, max(log((size - found + 0.5) / (found + 0.5)), 0.1))


def _matches(index: sqlite3.Connection, word: str) -> list[tuple[int, float]]:
    weights = ", ".join(map(str, _WEIGHTS))
    found: list[tuple[int, float]] = index.execute(
        f"SELECT rowid, -bm25(words, {weights}) FROM words WHERE words MATCH ?", (f'"{word}"',)
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
