"""Run the command line: `python -m backend_mcp`."""

import sys
from pathlib import Path

from backend_mcp.errors import BackendMcpError
from backend_mcp.usecases import check_knowledge

if __name__ == "__main__":
    try:
        check_knowledge(Path(sys.argv[2] if len(sys.argv) > 2 else "knowledge"))
        print("fine")
    except BackendMcpError as error:
        print(error)
        sys.exit(1)
