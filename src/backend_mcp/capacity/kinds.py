"""Groups of component kinds that arithmetic treats alike."""

from typing import Final

DEPLOYABLE: Final = ("service", "worker", "function", "gateway", "mcp_server")
"""What is built and deployed by itself."""
PROCESSES: Final = ("service", "worker", "function", "job", "mcp_server")
"""What other parts may live inside of."""
DATABASES: Final = (
    "database",
    "relational",
    "document",
    "key_value",
    "wide_column",
    "graph",
    "time_series",
    "block_storage",
)
"""What keeps rows that other parts change."""
CHANGES: Final = ("write", "money", "stock")
"""Effects that change rows where they lead."""
QUIET: Final = ("read", "none")
"""Effects of a flow that changes nothing where it leads."""
