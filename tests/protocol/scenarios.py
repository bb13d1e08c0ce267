"""What is known beforehand of the suite's scenarios, so that a surprise in either direction fails.

A scenario that passes without our fixtures proves either the server alone or nothing at all; each
is named here with which. A scenario that does not pass is named with its reason.
"""

from typing import Final

REVISIONS: Final = ("2026-07-28", "2025-11-25")

SERVER_ALONE: Final = frozenset(
    {
        "caching",
        "dns-rebinding-protection",
        "http-header-validation",
        "input-required-result-unsupported-methods",
        "ping",
        "prompts-list",
        "resources-list",
        "sep-2164-resource-not-found",
        "server-initialize",
        "server-session-lifecycle",
        "server-sse-multiple-streams",
        "tools-list",
    }
)
"""Pass without any fixture, and rightly: they ask for nothing but the protocol and what we have."""

PROOF: Final = {
    "completion-complete": "test-completion",
    "input-required-result-ignore-extra-params": "Hello, Alice!",
    "input-required-result-missing-input-response": "What is your name?",
    "input-required-result-validate-input": "What is your name?",
    "tools-call-error": "This tool intentionally returns an error for testing",
    "tools-call-simple-text": "This is a simple text response for testing.",
}
"""Pass although their fixture is missing: "unknown tool" is text and an error, and an empty list of
completions is one. With fixtures the record must hold these words, which only the fixture can say."""

HOLLOW_CHECKS: Final = {
    "server-stateless": (
        "sep-2575-http-server-no-independent-requests-on-stream",
        "sep-2575-server-no-log-without-loglevel",
        "sep-2575-server-honors-notification-filter",
    ),
}
"""Single checks that pass without their fixture; that it ran is known from `RUNS` alone."""

_BOTH: Final = {
    "completion": 1,
    "test://static-binary": 1,
    "test://static-text": 1,
    "test://template/{id}/data": 1,
    "test_audio_content": 1,
    "test_embedded_resource": 1,
    "test_error_handling": 1,
    "test_image_content": 1,
    "test_multiple_content_types": 1,
    "test_prompt_with_arguments": 1,
    "test_prompt_with_embedded_resource": 1,
    "test_prompt_with_image": 1,
    "test_simple_prompt": 1,
    "test_simple_text": 1,
    "test_tool_with_progress": 1,
}

RUNS: Final = {
    "2026-07-28": {
        **_BOTH,
        "test_header_parameter": 3,
        "test_input_required_result_capabilities": 1,
        "test_input_required_result_elicitation": 6,
        "test_input_required_result_list_roots": 2,
        "test_input_required_result_multi_round": 3,
        "test_input_required_result_multiple_inputs": 2,
        "test_input_required_result_prompt": 2,
        "test_input_required_result_request_state": 2,
        "test_input_required_result_sampling": 2,
        # once: the call that brings back a changed state must not reach it
        "test_input_required_result_tampered_state": 1,
        "test_logging_tool": 1,
        "test_missing_capability": 1,
        "test_streaming_elicitation": 1,
        "test_trigger_prompt_change": 1,
        "test_trigger_tool_change": 3,
    },
    "2025-11-25": {
        **_BOTH,
        "logging/setLevel": 2,
        "resources/subscribe": 2,
        "resources/unsubscribe": 1,
        "test_elicitation": 1,
        "test_elicitation_sep1034_defaults": 1,
        "test_elicitation_sep1330_enums": 1,
        "test_reconnection": 1,
        "test_sampling": 1,
        "test_tool_with_logging": 1,
    },
}
"""How often each fixture's body runs in one pass over a revision. The suite is pinned, so a number
that changes means that calls no longer arrive, or that ones arrive which should be refused."""

DEPRECATED: Final = {
    "input-required-result-basic-list-roots": "roots",
    "input-required-result-basic-sampling": "sampling",
    "logging-set-level": "logging",
    "tools-call-sampling": "sampling",
    "tools-call-with-logging": "logging",
}
"""Rest on what 2026-07-28 deprecates (SEP-2577)."""

REMOVED: Final = {
    "ping": "ping",
    "resources-subscribe": "replaced by subscriptions/listen",
    "resources-unsubscribe": "replaced by subscriptions/listen",
    "server-initialize": "the handshake",
}
"""Rest on what 2026-07-28 removed."""

NEVER_SCORED: Final = {
    "server-sse-polling": "no events are stored; 2026-07-28 removed taking up a stream again",
    "tasks": "the tasks extension is not offered",
}
"""Why a scenario that is never scored does not pass; `tasks` stands for all that begin so."""
