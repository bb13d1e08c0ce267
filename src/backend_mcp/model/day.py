"""A day as it is written everywhere: 2027-06-30."""

import re
from datetime import date
from typing import Final

_WRITTEN: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z")


def read_day(text: str) -> date | None:
    """Return the day that a text says, or None; other ways of writing one are none, so that all sort."""
    if _WRITTEN.match(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
