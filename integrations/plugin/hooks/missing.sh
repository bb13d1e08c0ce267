#!/bin/sh
# Says so when the program that this plugin calls is not installed. Ends well either way: it holds nothing up.
command -v backend-mcp >/dev/null 2>&1 && exit 0
text='The backend-mcp plugin is here, but the command backend-mcp is not on PATH, so its tools are missing. Tell the person: install it with `uv tool install backend-mcp` or `pipx install backend-mcp`, and start this client again.'
case "${COPILOT_CLI:-}${GEMINI_PROJECT_DIR:-}" in
  '') echo "$text" ;; # Claude Code and Codex hand words on to the agent as they are
  *) printf '{"systemMessage": "%s", "additionalContext": "%s", "hookSpecificOutput": {"hookEventName": "SessionStart", "additionalContext": "%s"}}\n' "$text" "$text" "$text" ;;
esac
