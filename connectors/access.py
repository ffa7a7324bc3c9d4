"""What every client needs to reach its tracker: the credential as it is now, a proxy, an authority, a time limit.

A credential is asked for with each request and never kept by a client, so that one that was changed outside reaches
also a session that has long been open. Nothing here shows a credential, and no vendor is known here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter

TIMEOUT_S = 15.0


class Secret:
    """A token, a password or a key. This one stays as it is; `worker.config.rotation` has the kind that is changed
    from outside. Thread-safe; `repr` shows nothing."""

    def __init__(self, value: str = "") -> None:
        self._value = value

    def now(self) -> str:
        """The secret as it is now; empty where there is none."""
        return self._value

    def changed_from(self, used: str) -> bool:
        """Whether it is another one than the one that was just not taken. Looks at once, wherever it comes from."""
        return self.now() != used

    def accepted(self) -> tuple[str, ...]:
        """Those that somebody else may sign with: the present one, and a former one for a while after a change."""
        present = self.now()
        return (present,) if present else ()

    def known(self) -> tuple[str, ...]:
        """All that it was since we began, so that none is ever shown. Looks nowhere."""
        return (self._value,) if self._value else ()

    def cleaned(self, text: str) -> str:
        """A text without any of them."""
        for secret in sorted(self.known(), key=len, reverse=True):
            text = text.replace(secret, "…")
        return text

    def __bool__(self) -> bool:
        return bool(self.now())

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"


@dataclass(frozen=True, slots=True)
class Access:
    """How one tracker is reached.

    `proxy` (`http://proxy:3128`, it may hold a password) carries every request; empty leaves that to the environment
    (HTTPS_PROXY, NO_PROXY), and so does an empty `ca_file` (REQUESTS_CA_BUNDLE): the PEM file of the authorities that
    sign the server's certificate, in place of the usual ones. `timeout_s` is for connecting, and for each wait for
    bytes.
    """

    secret: Secret = field(default_factory=Secret)
    proxy: str = field(default="", repr=False)
    ca_file: str = ""
    timeout_s: float = TIMEOUT_S

    @property
    def mark(self) -> int:
        """Tells the present credential from another one, and nothing else of it: what was learned about the account
        behind it is learned anew when that may be another account."""
        return hash(self.secret.now())

    def prepare(self, session: requests.Session) -> None:
        """Send this session's requests the way that is configured."""
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Way(self.proxy, self.ca_file))


class _Way(HTTPAdapter):
    """Has the last word on proxy and authorities: in a session's settings the environment goes before them.
    https://requests.readthedocs.io/en/latest/user/advanced/#proxies

    It never tries again: urllib3 would send a write twice (P3).
    """

    def __init__(self, proxy: str, ca_file: str) -> None:
        super().__init__(max_retries=0)
        self._proxy = proxy
        self._ca_file = ca_file

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if self._proxy:
            kwargs["proxies"] = {"http": self._proxy, "https": self._proxy}
        if self._ca_file:
            kwargs["verify"] = self._ca_file
        return super().send(request, *args, **kwargs)
