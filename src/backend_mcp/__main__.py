"""Run the command line: `python -m backend_mcp`."""

from backend_mcp.cli import main

if __name__ == "__main__":
    main()
