"""What several test files share: the knowledge of the checkout, and a reader over it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backend_mcp import settings
from backend_mcp.model.design import Design
from backend_mcp.model.knowledge import Knowledge
from backend_mcp.reading.merge import Base
from backend_mcp.reading.reader import read_design
from backend_mcp.tree import from_text, from_value
from backend_mcp.usecases import judge

DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[1] / "examples" / "designs"

Read = Callable[..., Design]


@pytest.fixture(autouse=True)
def state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for what reviews leave: no test touches the state of who runs it."""
    home = tmp_path_factory.getbasetemp() / "state"
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge that the checkout brings, typed from its files."""
    return judge.open_knowledge(settings.knowledge_folder(), None)


@pytest.fixture(scope="session")
def read(knowledge: Knowledge) -> Read:
    """Read a document, given as text or as a value, laid over a base where one is given."""

    def take(document: Any, name: str = "shop.yaml", base: Base | None = None) -> Design:
        text = isinstance(document, str | bytes)
        raw = from_text(document, name) if text else from_value(document, name)
        return read_design(raw, name, knowledge.vocabulary, base)

    return take


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A knowledge folder with the kinds and nothing in them."""
    for kind in ("rules", "ladders", "probes", "practices", "technologies", "thresholds"):
        (tmp_path / "knowledge" / kind).mkdir(parents=True)
    return tmp_path / "knowledge"
