"""Webhooks on a person's explicit word: what is there, installing what is missing, taking ours away, and what only an
administrator can do (`aftermath webhooks`, `aftermath init --webhooks`).

Nothing else of Aftermath writes a webhook. Whatever a tracker refuses becomes instructions, not an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.errors import Denied, Gone, Refused, TrackerError
from connectors.webhooks import Hook, HookKeeper, HookState
from rules.refs import Place
from worker.config import Config
from worker.config.secrets import is_loopback
from worker.webhook_paths import webhook_path

#: Where nobody has said yet under which address the world reaches us.
YOUR_HOST = "https://your-host"
_IN_ORDER = (HookState.GOOD, HookState.INSTALLED, HookState.UPDATED, HookState.REMOVED)


class PublicUrlError(ValueError):
    """An address that cannot be used. The text says what is allowed."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person has to do for a tracker, step by step, and why it was not done. `is_in_the_way` says that nothing
    goes on before."""

    tracker: str
    why: str
    steps: tuple[str, ...]
    is_in_the_way: bool = False


@dataclass(frozen=True, slots=True)
class WebhookReport:
    """What was found or done, and what is left for a person."""

    hooks: tuple[Hook, ...]
    by_hand: tuple[ByHand, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing, as far as it can be seen: what only an administrator sees may be there."""
        is_free = not any(one.is_in_the_way for one in self.by_hand)
        return is_free and all(hook.state in _IN_ORDER for hook in self.hooks)


def checked_public_url(url: str) -> str:
    """The same without a slash at its end. Raises PublicUrlError."""
    try:
        parts = urlsplit(url)
        is_fine = bool(parts.hostname) and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        is_fine = False
    if not is_fine or re.search(r"[\s\"\\]", url) or parts.scheme not in ("http", "https"):
        raise PublicUrlError(
            f'"{url}" is no address that a tracker could call. Write it whole, such as https://aftermath.acme.example.'
        )
    if parts.scheme == "http" and not is_loopback(url):
        raise PublicUrlError(
            f"Over http:// everybody on the way could read what a tracker tells: say https://{parts.hostname}."
        )
    return url.rstrip("/")


class Webhooks:
    """`keepers` are those of the trackers that can be asked; `public_url` is where the world reaches us, or empty."""

    def __init__(self, config: Config, keepers: Mapping[str, HookKeeper], public_url: str) -> None:
        self._config = config
        self._keepers = keepers
        self._public_url = public_url

    def look(self) -> WebhookReport:
        return self._each(lambda keeper, place, path, url: keeper.look_for_hook(place, path, url))

    def install(self) -> WebhookReport:
        """Needs a `public_url`."""
        return self._each(lambda keeper, place, _, url: keeper.install_hook(place, url))

    def remove(self) -> WebhookReport:
        """Needs a `public_url`: without, nothing is taken away, and what may be ours is told."""
        return self._each(lambda keeper, place, path, url: keeper.remove_hook(place, path, url))

    def instructions(self) -> WebhookReport:
        """How to make each by hand. Asks nobody."""
        config, by_hand = self._config, []
        for name, keeper in self._keepers.items():
            places = tuple(place for place in config.places if place.tracker == name)
            if places and config.trackers[name].webhook_secret:
                steps = keeper.by_hand(places, self._url(name) or self._your_url(name))
                by_hand.append(ByHand(name, "how to make its webhook by hand, once there is an address:", steps))
        return WebhookReport((), tuple(by_hand))

    def _each(self, do: Callable[[HookKeeper, Place, str, str], Hook]) -> WebhookReport:
        hooks: list[Hook] = []
        by_hand: list[ByHand] = []
        for name, keeper in self._keepers.items():
            places = tuple(place for place in self._config.places if place.tracker == name)
            if not places:
                continue
            if not self._config.trackers[name].webhook_secret:
                why = f"trackers.{name}.webhook_secret is not set, and without it no delivery is believed."
                by_hand.append(ByHand(name, why, (_FIRST_THIS.format(name=name),), is_in_the_way=True))
                continue
            left: dict[Place, str] = {}
            for place in places if keeper.installs else ():
                hook, why = self._done(do, keeper, place)
                hooks += [hook] if hook else []
                left |= {place: why} if why else {}
            if not keeper.installs:
                left = dict.fromkeys(places, f"Only an administrator of {name} can make or remove a webhook there.")
            if left:
                why = " ".join(dict.fromkeys(left.values()))
                by_hand.append(ByHand(name, why, keeper.by_hand(tuple(left), self._url(name) or self._your_url(name))))
        return WebhookReport(tuple(hooks), tuple(by_hand))

    def _done(
        self, do: Callable[[HookKeeper, Place, str, str], Hook], keeper: HookKeeper, place: Place
    ) -> tuple[Hook | None, str]:
        """What came of it, and why a person has to do it, or nothing."""
        url = self._url(place.tracker)
        try:
            hook = do(keeper, place, webhook_path(place.tracker), url)
        except (Denied, Gone):
            told = f"Our account may not see or change the webhooks of {place.container}."
            return Hook(place, HookState.HIDDEN, told, url), told
        except Refused as error:
            return Hook(place, HookState.MISSING, str(error), url), str(error)
        except TrackerError as error:
            return Hook(place, HookState.HIDDEN, f"{place} could not be asked: {error}", url), ""
        return hook, hook.found if hook.state is HookState.HIDDEN else ""

    def _url(self, tracker: str) -> str:
        return f"{self._public_url}{webhook_path(tracker)}" if self._public_url else ""

    @staticmethod
    def _your_url(tracker: str) -> str:
        return f"{YOUR_HOST}{webhook_path(tracker)}"


_FIRST_THIS = (
    "Put `webhook_secret: ${{WEBHOOK_SECRET}}` below trackers.{name}, and into .env WEBHOOK_SECRET= with what "
    "`openssl rand -hex 32` says; then try again"
)
