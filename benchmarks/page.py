"""The page of benchmarks: each benchmark renews the part between its own marks."""

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).resolve().parents[1] / "docs/benchmarks.md"


def renew(part: str, body: str) -> None:
    """Put a new body between the marks of a part, and leave the rest of the page as it is."""
    begin, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->\n"
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    tail = rest.partition(end)[2]
    PAGE.write_text(f"{head}{begin}{body.rstrip()}\n{end}{tail}", encoding="utf-8")
