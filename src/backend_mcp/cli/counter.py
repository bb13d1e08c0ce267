"""A line on the terminal that counts while something takes longer than a second."""

from collections.abc import Callable
from time import monotonic
from typing import Final, TextIO

_PATIENCE: Final = 1.0
"""Seconds before anything is shown."""
_PAUSE: Final = 0.1
"""Seconds between two counts: more often nobody can read them."""
_WIDTH: Final = 30
"""Columns that the longest count takes."""


class Counter:
    """Counts on a stream that is a terminal, and leaves nothing behind; on any other it is silent."""

    def __init__(
        self, stream: TextIO | None, clock: Callable[[], float] = monotonic, what: str = "examples"
    ) -> None:
        self.what = what
        self.stream = stream if stream is not None and stream.isatty() else None
        self.clock = clock
        self.due = clock() + _PATIENCE
        self.shown = False

    def __enter__(self) -> "Counter":
        return self

    def __call__(self, done: int, of: int) -> None:
        """Show how many are done, of how many."""
        now = self.clock()
        if self.stream is None or now < self.due:
            return
        self.due = now + _PAUSE
        self.shown = True
        said = f"{done} of {of} {self.what}"
        print(f"\r{said:<{_WIDTH}}", end="", file=self.stream, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.stream is not None and self.shown:
            print(f"\r{'':<{_WIDTH}}\r", end="", file=self.stream, flush=True)
