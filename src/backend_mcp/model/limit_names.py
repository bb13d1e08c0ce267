"""What a vendor may limit."""

from typing import Literal

LimitName = Literal[
    "requests",
    "quota",
    "partition",
    "payload",
    "message",
    "duration",
    "wait",
    "connections",
    "retention",
    "batch",
    "history",
    "raise",
]
LIMITS: dict[LimitName, str] = {
    "requests": "rate",
    "quota": "rate",
    "partition": "rate",
    "payload": "size",
    "message": "size",
    "duration": "duration",
    "wait": "duration",
    "connections": "count",
    "retention": "duration",
    "batch": "count",
    "history": "count",
    "raise": "duration",
}
"""What a vendor may limit, and the kind of threshold that says how far.

`requests` a second that it accepts by default, `quota` the same over an hour or a day, `partition`
of one shard, prefix or key; `payload` the size of one request or item, `message` of one message;
`duration` the longest run of one piece of work, `wait` the longest that a synchronous call stays
open; `retention` the longest that messages are kept; `connections` those open at once, runs and
messages in work included; `history` the steps that one workflow may record; `raise` how long before
it is needed a higher limit must be asked for.
"""
