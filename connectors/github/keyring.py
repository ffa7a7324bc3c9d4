"""Which credential a request to GitHub carries: a token is the same for all of them, an App has one an installation.

`to` says for whom a request is: `acme/shop`, `acme`, or nothing where it is for nobody in particular.
"""

from __future__ import annotations

from typing import Protocol

from connectors.access import Secret


class Keyring(Protocol):
    """Hands out credentials. Thread-safe; its repr shows none."""

    def token(self, to: str) -> str:
        """The token to ask with. Raises connectors.errors where one has to be fetched first."""

    def is_renewed(self, used: str, to: str) -> bool:
        """After a 401: whether `token` gives another one now."""

    def cleaned(self, text: str) -> str:
        """A text without any credential that was ever handed out."""


class OneToken:
    """A personal token, classic or fine-grained, read anew for each request.
    https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/managing-your-personal-access-tokens
    """

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def token(self, to: str) -> str:
        return self._secret.now()

    def is_renewed(self, used: str, to: str) -> bool:
        return self._secret.changed_from(used)

    def cleaned(self, text: str) -> str:
        return self._secret.cleaned(text)

    def __repr__(self) -> str:
        return "OneToken(…)"
