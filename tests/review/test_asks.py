"""Every question asks for a fact that exists, with placeholders that can be filled."""

import pytest

from backend_mcp.model.knowledge import Knowledge
from backend_mcp.model.sentence import PLACEHOLDER
from backend_mcp.review.asks import ASKS


@pytest.mark.parametrize("path", sorted(ASKS))
def test_a_question_asks_for_a_fact_of_the_form(path: str, knowledge: Knowledge) -> None:
    of, _, rest = path.partition(".")
    listed = of in ("components", "flows", "must_hold", "stores")
    scope, name = (of, rest) if listed else ("", path)

    assert knowledge.vocabulary.type_of(name, scope) is not None
    for placeholder in PLACEHOLDER.findall(ASKS[path]):
        assert knowledge.vocabulary.type_of(placeholder, scope) is not None, placeholder
