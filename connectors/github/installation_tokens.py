"""The tokens of a GitHub App's installations: one for each owner who installed it, renewed before it ends.

A token lasts an hour. In its last five minutes the first request that needs it renews it, and the others go on with
the old one; so nobody waits for a renewal but where there is no good token at all. Nothing is kept beyond the process:
a token more is one request.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable

from connectors.errors import Gone, Temporary
from connectors.github.app import AppApi, Token, not_installed

#: So long before its end a token is renewed.
RENEWED_BEFORE = dt.timedelta(minutes=5)
#: So close to its end it is not sent any more: it might end on the way.
_TOO_LATE = dt.timedelta(seconds=15)
#: A renewal that failed is tried again after this, while the old token is good.
_AGAIN_AFTER = dt.timedelta(seconds=30)
#: A token that was just made and is not taken is not mended by another one.
_NEW_FOR = dt.timedelta(minutes=1)
_REMEMBERED_MAX = 20


class InstallationTokens:
    """A `Keyring`. Thread-safe; one renewal at a time for each installation."""

    def __init__(self, api: AppApi, now: Callable[[], dt.datetime]) -> None:
        self._api = api
        self._now = now
        self._lock = threading.Lock()
        self._finding = threading.Lock()
        self._renewing: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._by_owner: dict[str, int] = {}
        self._tokens: dict[int, Token] = {}
        self._rests_until: dict[int, dt.datetime] = {}
        self._handed_out: list[str] = []

    def __repr__(self) -> str:
        return f"InstallationTokens({self._api!r})"

    def token(self, to: str) -> str:
        """Raises Denied where no installation reaches `to`, and whatever asking GitHub raises."""
        try:
            return self._present(self._installation(to)).text
        except Gone:
            self._forget(to)
        # Installed anew it has another id.
        try:
            return self._present(self._installation(to)).text
        except Gone:
            failure = not_installed(to or f"installation {self._api.app.installation}")
        raise failure

    def is_renewed(self, used: str, to: str) -> bool:
        installation = self._installation(to)
        with self._lock:
            kept = self._tokens.get(installation)
            if kept is None or kept.text != used:
                return True
            if self._now() - kept.made_at < _NEW_FOR:
                return False
            del self._tokens[installation]
            return True

    def cleaned(self, text: str) -> str:
        with self._lock:
            known = tuple(self._handed_out)
        for token in known:
            text = text.replace(token, "…")
        return text

    # --- which installation ---------------------------------------------------------------------

    def _installation(self, to: str) -> int:
        """The configured one, else the owner's; for nobody in particular any that is known."""
        if self._api.app.installation:
            return self._api.app.installation
        known = self._known(to)
        if known:
            return known
        # Whoever asks for a known one does not wait for this.
        with self._finding:
            known = self._known(to)
            if known:
                return known
            found = self._found(to)
            with self._lock:
                self._by_owner.update(found)
            return self._known(to)

    def _known(self, to: str) -> int:
        """The one that is remembered for `to`, 0 for none."""
        owner = to.partition("/")[0].casefold()
        with self._lock:
            return self._by_owner.get(owner, 0) if owner else next(iter(self._by_owner.values()), 0)

    def _found(self, to: str) -> dict[str, int]:
        """Installations by their owners, with that of `to` among them. Raises Denied where there is none."""
        owner, _, repository = to.partition("/")
        if repository:
            return {owner.casefold(): int(self._api.fetch_installation(to)["id"])}
        listed = [one for one in self._api.fetch_installations() if not one.get("suspended_at")]
        owners = {str((one.get("account") or {}).get("login")).casefold(): int(one["id"]) for one in listed}
        if not owners or (owner and owner.casefold() not in owners):
            raise not_installed(owner or "anybody's repositories")
        return owners

    def _forget(self, to: str) -> None:
        owner = to.partition("/")[0].casefold()
        with self._lock:
            if owner:
                self._by_owner.pop(owner, None)
            else:
                self._by_owner.clear()

    # --- its token ------------------------------------------------------------------------------

    def _present(self, installation: int) -> Token:
        """A good token: the one that is kept, or a new one. Raises Gone where the installation is no more."""
        kept = self._kept(installation)
        if kept and not self._is_due(installation, kept):
            return kept
        with self._lock:
            renewing = self._renewing[installation]
        is_good = kept is not None and self._now() < kept.expires_at - _TOO_LATE
        if not renewing.acquire(blocking=not is_good):
            assert kept is not None
            return kept
        try:
            kept = self._kept(installation)
            if kept and not self._is_due(installation, kept):
                return kept
            return self._renewed(installation, kept if is_good else None)
        finally:
            renewing.release()

    def _renewed(self, installation: int, good: Token | None) -> Token:
        try:
            made = self._api.fetch_token(installation)
        except Temporary:
            if good is None:
                raise
            with self._lock:
                self._rests_until[installation] = self._now() + _AGAIN_AFTER
            return good
        with self._lock:
            self._tokens[installation] = made
            self._rests_until.pop(installation, None)
            self._handed_out = [made.text, *self._handed_out][:_REMEMBERED_MAX]
        return made

    def _kept(self, installation: int) -> Token | None:
        with self._lock:
            return self._tokens.get(installation)

    def _is_due(self, installation: int, kept: Token) -> bool:
        now = self._now()
        with self._lock:
            rests_until = self._rests_until.get(installation)
        if now >= kept.expires_at - _TOO_LATE:
            return True
        return now >= kept.expires_at - RENEWED_BEFORE and (rests_until is None or now >= rests_until)
