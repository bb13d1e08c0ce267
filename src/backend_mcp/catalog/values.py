"""Plain values of a file of the knowledge, without the lines that only a fault asks for.

Nearly all files are of the common form, and each of their parts is made once: no tree, no lines.
What is not, or can't be read, is left to the tree, which tells what is wrong with it and where.
"""

from collections.abc import Callable
from typing import Any

from backend_mcp.tree import MAX_LEVELS, MAX_NODES, Raw, scalar

Next = Callable[[], Any]
"""Returns the next event of a parser."""


class NotCommonError(Exception):
    """Something that only the tree can say all about: a key twice, an alias, a fault."""


def common_values(data: bytes) -> Any:
    """Return what a YAML file holds.

    Raises:
        NotCommonError: it is not of the common form, or no YAML.
    """
    if len(data) > MAX_NODES or data.lstrip()[:1] in (b"{", b"["):
        raise NotCommonError
    try:
        from _ruamel_yaml import CParser
    except ImportError as error:  # no compiled parser for this platform
        raise NotCommonError from error
    from ruamel.yaml.error import YAMLError

    try:
        return _built(CParser(data).get_event)
    except (YAMLError, UnicodeError, ValueError, RecursionError) as error:
        raise NotCommonError from error


def _built(following: Next) -> Any:
    """Return the value of the only document."""
    from ruamel.yaml.events import DocumentStartEvent, StreamEndEvent

    following()  # the start of the stream
    if type(following()) is not DocumentStartEvent:
        return None
    made = _value(following(), following, 1)
    following()  # the end of the document
    if type(following()) is not StreamEndEvent:
        raise NotCommonError
    return made


def _value(event: Any, following: Next, level: int) -> Any:
    """Return the value that begins with an event."""
    kind = type(event).__name__
    if kind == "ScalarEvent":
        return scalar(event)
    if level > MAX_LEVELS:
        raise NotCommonError
    if kind == "MappingStartEvent":
        return _mapping(following, level)
    if kind == "SequenceStartEvent":
        return _sequence(following, level)
    raise NotCommonError


def _mapping(following: Next, level: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    while type(event := following()).__name__ != "MappingEndEvent":
        if type(event).__name__ != "ScalarEvent":
            raise NotCommonError
        key = scalar(event)
        name = key if isinstance(key, str) else Raw(key).said
        if name in made:
            raise NotCommonError
        made[name] = _value(following(), following, level + 1)
    return made


def _sequence(following: Next, level: int) -> list[Any]:
    made: list[Any] = []
    while type(event := following()).__name__ != "SequenceEndEvent":
        made.append(_value(event, following, level + 1))
    return made
