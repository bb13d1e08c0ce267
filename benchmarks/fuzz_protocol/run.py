"""A whole run: which servers are started, with which share of the messages, two of them at a time."""

import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.fuzz_protocol import designs
from benchmarks.fuzz_protocol.http import Http
from benchmarks.fuzz_protocol.message import Message
from benchmarks.fuzz_protocol.server import Server
from benchmarks.fuzz_protocol.source import HANDSHAKE, MODERN, Era, Source, Transport
from benchmarks.fuzz_protocol.stdio import GoneError, Stdio
from benchmarks.fuzz_protocol.tally import Fault, Tally

SHARES: Final[tuple[tuple[Transport, Era, float], ...]] = (
    ("stdio", HANDSHAKE, 0.35), ("stdio", MODERN, 0.35), ("http", HANDSHAKE, 0.15), ("http", MODERN, 0.15),
)  # fmt: skip
AT_A_TIME: Final = 5_000
"""Messages that one server takes before the next is started."""
WORKERS: Final = 2
MOST_LOST: Final = 8
"""Servers after which a job is given up."""


@dataclass(frozen=True, slots=True)
class Job:
    """One server's part of a run."""

    transport: Transport
    era: Era
    count: int
    seed: str
    place: Path


def jobs(messages: int, seed: int, place: Path) -> Iterator[Job]:
    """Yield what each server gets, so that all of them together get that many messages."""
    for transport, era, share in SHARES:
        left = round(messages * share)
        number = 0
        while left:
            count = min(left, AT_A_TIME)
            name = f"{seed} {transport} {era} {number}"
            yield Job(transport, era, count, name, place / name.replace(" ", "-"))
            left -= count
            number += 1


def drive(job: Job) -> Tally:
    """Send one server its messages; where it is lost, the next takes up what is left."""
    tally = Tally()
    source = Source(job.seed, job.era, job.transport)
    messages = source.messages(job.count)
    designs.prepare(job.place)
    while _driven(job, source, messages, tally):
        continue
    return tally


def _driven(job: Job, source: Source, messages: Iterator[Message], tally: Tally) -> bool:
    """Drive one server until the messages are sent; return whether it was lost before."""
    lost = False
    with Server(job.place, http=job.transport == "http") as server:
        driver = (Stdio if job.transport == "stdio" else Http)(server, source, tally, job.seed)
        tally.servers[driver.column] += 1
        try:
            driver.run(messages)
        except GoneError as error:
            tally.fault(Fault(driver.column, job.seed, "-", f"lost: {error}", ""))
            lost = tally.servers[driver.column] < MOST_LOST
        driver.close()
    return lost


def run(messages: int, seed: int, workers: int = WORKERS) -> Tally:
    """Run all of it, and return what was counted."""
    whole = Tally()
    with tempfile.TemporaryDirectory() as place, ProcessPoolExecutor(workers) as pool:
        todo = list(jobs(messages, seed, Path(place)))
        for done, tally in enumerate(pool.map(drive, todo), 1):
            whole.add(tally)
            sent, faults = sum(whole.messages.values()), sum(whole.faulty.values())
            print(
                f"{done} of {len(todo)} servers, {sent} messages, {faults} faults", file=sys.stderr
            )
    return whole
