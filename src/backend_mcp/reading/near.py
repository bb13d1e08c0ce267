"""A guess at what an unknown name was meant to be, where that can only be a typing error."""

import re
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from itertools import zip_longest
from typing import Final

from backend_mcp.model.vocabulary import Vocabulary

_HOUSES: Final = {
    "amazon": "amazon", "aws": "amazon", "google": "google", "gcp": "google", "azure": "microsoft",
    "microsoft": "microsoft", "apache": "apache",
}  # fmt: skip
"""Words for who makes a product: two names of one house are not alike by that."""
_FILLERS: Final = frozenset(("cloud", "managed", "hosted", "self-hosted", "the", "a", "an", "our"))
_OURS: Final = frozenset(
    (
        "in-house", "inhouse", "custom", "internal", "self-made", "selfmade", "self-built",
        "self-written", "home-grown", "homegrown", "home-made", "homemade", "own", "ours", "our",
        "bespoke", "proprietary", "hand-made", "hand-rolled", "self-developed",
    )
)  # fmt: skip
_PROTOCOLS: Final = frozenset(
    (
        "rest", "grpc", "graphql", "http", "https", "websocket", "websockets", "mqtt", "amqp",
        "sftp", "ftp", "ftps", "ssh", "soap", "json", "xml", "tcp", "udp", "smtp", "bgp", "dns",
        "oidc", "oauth", "oauth2", "saml", "sql", "csv", "sse", "webhook", "webhooks", "over", "and",
        "api", "server", "client", "cdn", "digitalocean", "scaleway",
    )
)  # fmt: skip
"""Words for how parts speak, and for what many products are."""
_TWO_WORDS: Final = re.compile(
    r"\b(in|self|home|hand)[ _](house|made|built|written|grown|rolled|developed)\b"
)
_CLOSE: Final = 0.85
_CLOSE_WORD: Final = 0.75
_SHORTEST: Final = 5
_LONG: Final = 9
_LONGEST: Final = 40
_WORD: Final = re.compile(r"[a-z0-9+#.&-]+")


def is_no_product(text: str) -> bool:
    """Whether there is no product to know: the team made it itself, or a protocol or a maker is named."""
    words = _WORD.findall(_TWO_WORDS.sub(r"\1-\2", text.lower()))
    if not words or words[0] in _OURS:
        return bool(words)
    return all(w in _PROTOCOLS or w in _HOUSES or w in _FILLERS for w in words)


def near(text: str, vocabulary: Vocabulary) -> str:
    """Return the id of the technology that a name was meant to be, or nothing.

    Names are compared without the words for their makers, and never with those of another maker.
    Nobody mistypes the first letter, and what differs by the maker alone is another product.
    """
    house, plain = _bare(text[:_LONGEST])
    if len(plain) < _SHORTEST:
        return ""
    found = _nearest(house, plain, tuple(vocabulary.technologies))
    return vocabulary.technologies[found] if found else ""


@lru_cache(maxsize=256)
def _nearest(house: str, plain: str, names: tuple[str, ...]) -> str:
    held: dict[str, str] = {}
    for name in names:
        of, bare = _bare(name)
        fits = house in ("", of) or not of
        long = abs(len(bare) - len(plain)) <= 1 + len(plain) // _LONG
        if fits and long and len(bare) >= _SHORTEST and bare[0] == plain[0]:
            held[bare] = name if name == bare else held.get(bare, name)
    close = get_close_matches(plain, list(held), n=1, cutoff=_CLOSE)
    mistyped = bool(close) and close[0] != plain and _word_by_word(plain, close[0])
    return held[close[0]] if mistyped else ""


def _word_by_word(one: str, other: str) -> bool:
    """Whether each word of one name is like that of the other: `block storage` is no `blob storage`."""
    pairs = list(zip_longest(one.split(), other.split(), fillvalue=""))
    return all(SequenceMatcher(None, a, b).ratio() >= _CLOSE_WORD for a, b in pairs)


def _bare(name: str) -> tuple[str, str]:
    """Return the house of a name, and the name without it and without words that say nothing."""
    words = _WORD.findall(name.lower())
    house = next((_HOUSES[w] for w in words if w in _HOUSES), "")
    return house, " ".join(w for w in words if w not in _HOUSES and w not in _FILLERS)
