"""Starts the server of the installed package; the bundle itself holds no code."""

import sys

from backend_mcp.cli import main

main(["serve", *sys.argv[1:]])
