"""Jira 8.20 as PyPI's `jira820` emulates it (MIT): a server that nobody here wrote, for the contract's tests.

It serves from a thread of this process, on loopback. It knows no credentials: everybody is whoever its configuration
calls the current user. So the account of a request's token is put there before each request, one at a time; nothing
else about it is changed. Its clock stands at nine o'clock of one day.
"""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from jira820.config import Config

_START_S = 20


class _ByToken:
    """The server's application, to which the account of a token is told."""

    def __init__(self, app: Any, config: Config) -> None:
        self._app, self._config = app, config

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        token = dict(scope.get("headers", ())).get(b"authorization", b"").decode().removeprefix("Bearer ")
        self._config.current_user = token.removesuffix("-token") or "nobody"
        await self._app(scope, receive, send)


@contextmanager
def running_jira820(project: str, day: dt.date, accounts: dict[str, str]) -> Iterator[str]:
    """The address of a server with one empty project, and accounts with their names; a token is `<account>-token`."""
    # Loaded only here: its framework takes seconds, and most tests do not need it.
    from jira820.config import Config  # noqa: PLC0415
    from jira820.server import make_app  # noqa: PLC0415
    from jira820.store import Store  # noqa: PLC0415

    config = Config(project_key=project, project_name=project, base_date=day)
    store = Store(config, seed=False)
    for account, name in accounts.items():
        store.users[account] = {"name": account, "displayName": name, "realName": name, "company": ""}
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    app = _ByToken(make_app(store), config)
    settings = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", loop="asyncio", http="h11")
    server = uvicorn.Server(settings)
    listening.listen(128)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="jira820")
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_START_S)
        listening.close()
