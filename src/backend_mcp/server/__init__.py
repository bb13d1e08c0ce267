"""The MCP face: parse, call one use case, render. It decides nothing."""
