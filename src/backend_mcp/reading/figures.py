"""Figures that a document states twice, and that can't both be right: a peak below its average."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from backend_mcp.model.design import Item
from backend_mcp.model.fact import BASES, Conflict, Fact
from backend_mcp.model.quantity import Quantity
from backend_mcp.reading.values import WHICH_PEAK, Receipt
from backend_mcp.tree import Raw

_AVERAGE: Final = "load.requests_per_second.average"
_PEAK: Final = "load.requests_per_second.peak"


def contradictions(facts: Mapping[str, Fact]) -> Iterator[Conflict]:
    """Yield the peak of the whole design that lies below its average; the stronger basis wins, else the larger."""
    if (pair := _torn(facts)) is not None:
        average, peak = pair
        weaker = BASES.index(average.basis) > BASES.index(peak.basis)
        yield Conflict(peak, average) if weaker else Conflict(average, peak)


def without_torn_loads(components: tuple[Item, ...], receipt: Receipt) -> tuple[Item, ...]:
    """Return the parts without a load of their own whose peak lies below its average: it is not read."""
    return tuple(_without(c, receipt) for c in components)


def _without(c: Item, receipt: Receipt) -> Item:
    pair = _torn(c.facts)
    if pair is None:
        return c
    average, peak = pair
    receipt.note(peak.path, Raw(f"average {average.said}, peak {peak.said}"), WHICH_PEAK)
    return replace(c, facts={k: f for k, f in c.facts.items() if k not in (_AVERAGE, _PEAK)})


def _torn(facts: Mapping[str, Fact]) -> tuple[Fact, Fact] | None:
    """Return average and peak where both are said and the peak lies wholly below the average."""
    average, peak = facts.get(_AVERAGE), facts.get(_PEAK)
    if average is None or peak is None:
        return None
    mean, most = average.value, peak.value
    numbers = isinstance(mean, Quantity) and isinstance(most, Quantity)
    return (average, peak) if numbers and most.high < mean.low else None  # type: ignore[union-attr]
