"""Where a pinned package keeps its program: install scripts are off, so none was linked."""

import platform
from pathlib import Path

from tests.clients.scene import MODULES


def native(package: str, path: str) -> Path:
    """Return a binary of a package that is there once for each kind of machine."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return MODULES / package.format(machine=machine) / path
