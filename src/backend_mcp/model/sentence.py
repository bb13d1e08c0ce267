"""How a fact stands in a sentence of the knowledge: `{flows.pay.rate}`, `{id}`, `{to}`."""

import re
from typing import Final

PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-zA-Z0-9_.-]*)\}")
