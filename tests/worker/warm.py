"""A process that has imported everything and forks one `aftermath` for each order: `python -m tests.worker.warm FD`.

Importing takes a second, and the tests start hundreds of commands. A forked one is a process like any other: its
own session, arguments, environment and streams, and it ends as Python ends. The forking process runs no thread.

An order is one JSON object, `{"arguments": […], "environ": {…}, "cwd": "…"}`, with three file descriptors: the
command's stdout, its stderr, and one that is told its process id and then its status, as os.waitpid gives it.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from importlib import import_module
from typing import Any

from rules.language.policy_file import load_policy, pack_path
from worker.cli import COMMANDS, main, policy

ORDER_BYTES_MAX = 1 << 20
_STREAMS = 3
#: What commands import only when they need it, beside the commands themselves.
_LATER = (
    *(f"worker.cli.policy.{name.replace('-', '_')}" for name in policy.COMMANDS),
    "connectors.github.tracker",
    "connectors.jira.tracker",
    "connectors.sandbox.server",
    "worker.running",
)


def serve(orders: socket.socket) -> bool:
    """Take orders until nobody gives any more. True in a forked process, which is to run the command now."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(orders, ORDER_BYTES_MAX, _STREAMS)
        if not message:
            return False
        if os.fork() == 0:
            orders.close()
            return _keep(json.loads(message), *descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _keep(order: dict[str, Any], stdout: int, stderr: int, told: int) -> bool:
    """Fork the command and tell how it ended; nobody else may wait for it, since it is nobody else's child."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        os.close(told)
        _become(order, stdout, stderr)
        return True
    os.close(stdout)
    os.close(stderr)
    os.write(told, f"{child}\n".encode())
    os.write(told, f"{os.waitpid(child, 0)[1]}\n".encode())
    os._exit(0)


def _become(order: dict[str, Any], stdout: int, stderr: int) -> None:
    os.setsid()
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.close(stdout)
    os.close(stderr)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environ"])
    sys.argv = ["aftermath", *order["arguments"]]


if __name__ == "__main__":
    for module in (*(f"worker.cli.{name}" for name in COMMANDS), *_LATER):
        import_module(module)
    load_policy(pack_path("accountability"))  # its templates are remembered
    gc.freeze()  # else each command goes through all of it once more as it ends, which takes longer than most commands
    # Forked keepers are waited for by nobody.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as given:
        is_command = serve(given)
    if is_command:
        main()
