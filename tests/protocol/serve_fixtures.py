"""Serves the product's own server object over HTTP on this machine, with fixtures beside it.

Usage, at the root: python -m tests.protocol.serve_fixtures PORT [--unportable]
`--unportable` adds but one tool, whose schema a client may refuse. GET /fixtures tells how often each
fixture ran.
"""

import argparse
import warnings
from collections.abc import Mapping

from mcp import MCPDeprecationWarning
from mcp.server import MCPServer
from starlette.requests import Request
from starlette.responses import JSONResponse

from backend_mcp import settings
from backend_mcp.server.app import build
from tests.protocol import fixtures


def product() -> MCPServer:
    """Return what `backend-mcp serve --http` serves; this is the one place that builds it."""
    return build(settings.knowledge_folder(), (), remembers=False)


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--unportable", action="store_true")
    arguments = parser.parse_args()
    # fixtures use deprecated parts on purpose, so that their scenarios are run at all
    warnings.simplefilter("ignore", MCPDeprecationWarning)
    server = product()
    counts: Mapping[str, int] = {}
    if arguments.unportable:
        fixtures.register_unportable(server)
    else:
        counts = fixtures.register(server)

    @server.custom_route("/fixtures", methods=["GET"])
    async def seen(_request: Request) -> JSONResponse:
        return JSONResponse(counts)

    server.run("streamable-http", host="127.0.0.1", port=arguments.port)


if __name__ == "__main__":
    main()
