"""Runs a proof where no network is but loopback: nothing can be fetched, told or asked elsewhere."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

MARK = "BACKEND_MCP_PROOF_APART"
_SET_FLAGS, _UP, _RUNNING = 0x8914, 0x1, 0x40


def go_apart(module: str) -> bool:
    """Run this program once more in a network of its own; return whether that is where we are.

    Where the kernel does not allow it, the proof runs as it is: the scenes name no other address.
    """
    if os.environ.get(MARK):
        _raise_loopback()
        return True
    unshare = shutil.which("unshare")
    command = [unshare or "", "--map-root-user", "--net"]
    if unshare is not None and _runs([*command, "true"]):
        os.environ[MARK] = "1"
        os.execv(unshare, [*command, sys.executable, "-m", module, *sys.argv[1:]])
    print("no network of its own is to be had here: the proof runs in this one", flush=True)
    return False


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP | _RUNNING))
