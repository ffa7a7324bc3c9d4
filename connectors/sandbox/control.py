"""The control API below `/_sandbox/`: drive the clock, read the counts, set faults, see what is under way.

It is for tests and for `aftermath demo`, from another process. It shows no token and no hook's secret.

| request              | what it does                                                                  |
|----------------------|-------------------------------------------------------------------------------|
| GET clock            | `{"now": "2026-03-02T09:00:00+00:00"}`                                         |
| POST clock           | `{"now": …}` or `{"advance_s": 60}`: jump forward; 400 when that is the past;  |
|                      | `{"working_days": 1}`: so many later, in working hours, where these are known  |
| GET, DELETE counts   | requests by site, account and route; begin again at nothing                   |
| GET, POST, DELETE faults | the rules; add one (or a list); forget all                                |
| POST seed            | `{"seed": 7}`: begin the chance of the faults again                           |
| POST release         | `{"event": "late"}`: let go what waits for the event                          |
| GET state            | the whole world, plainly                                                      |
| GET idle             | `{"deliveries": n, "hanging": m, "lost": k}` still under way, and lost         |
| GET, POST webhooks   | the hooks; add one `{"site", "url", "container", "secret", "events"}`          |
| POST mischief        | probabilities to lose, duplicate, delay or reorder deliveries                 |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.counts import Counts
from connectors.sandbox.delivery import Subscription
from connectors.sandbox.faults import Fault, FaultPlan
from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.webhooks import Courier
from connectors.sandbox.world import Site, World

#: So many working days after a moment, in working hours.
WorkingDays = Callable[[dt.datetime, int], dt.datetime]
#: A year of them.
WORKING_DAYS_MAX: Final = 260
_CLOCK_KEYS: Final = '{"advance_s": 3600}, {"working_days": 1} or {"now": "2026-03-02T09:00:00+00:00"}'


class Control:
    """Answers the control API. `hanging` tells how many requests hang at the moment, `working_days` when people work,
    where anybody knows."""

    def __init__(
        self,
        world: World,
        clock: SandboxClock,
        *,
        counts: Counts,
        faults: FaultPlan,
        courier: Courier,
        hanging: Callable[[], int],
        working_days: WorkingDays | None,
    ) -> None:
        self._world, self._clock, self._counts = world, clock, counts
        self._faults, self._courier, self._hanging = faults, courier, hanging
        self._working_days = working_days
        self._router = Router()
        for method, name, handler in (
            ("GET", "clock", self._get_clock),
            ("POST", "clock", self._post_clock),
            ("GET", "counts", lambda _: Response(200, counts.as_json())),
            ("DELETE", "counts", self._delete_counts),
            ("GET", "faults", lambda _: Response(200, faults.as_json())),
            ("POST", "faults", self._post_faults),
            ("DELETE", "faults", self._delete_faults),
            ("POST", "seed", self._post_seed),
            ("POST", "release", self._post_release),
            ("GET", "state", self._get_state),
            ("GET", "idle", self._get_idle),
            ("GET", "webhooks", self._get_webhooks),
            ("POST", "webhooks", self._post_webhooks),
            ("POST", "mischief", self._post_mischief),
        ):
            self._router.add(method, f"/_sandbox/{name}", handler)

    def handle(self, request: Request) -> Response:
        """Raises ApiError 400 with a sentence on nonsense, 404 on an unknown address."""
        try:
            response = self._router.dispatch(request)
        except (ValueError, KeyError, TypeError) as error:
            raise ApiError(400, {"message": f"this is not understood: {error}"}) from error
        if response is None:
            raise ApiError(404, {"message": f"the control API has no {request.method} {request.path}"})
        return response

    def _get_clock(self, _: Request) -> Response:
        return Response(200, {"now": self._clock.now().isoformat()})

    def _post_clock(self, request: Request) -> Response:
        wanted = request.json()
        if "now" in wanted:
            self._clock.advance_to(dt.datetime.fromisoformat(wanted["now"]))
        elif "working_days" in wanted:
            self._clock.advance_to(self._after_work(wanted["working_days"]))
        elif "advance_s" in wanted:
            self._clock.advance(dt.timedelta(seconds=wanted["advance_s"]))
        else:
            raise ValueError(f"the clock takes {_CLOCK_KEYS}")
        return self._get_clock(request)

    def _after_work(self, days: Any) -> dt.datetime:
        if self._working_days is None:
            raise ValueError("nobody has said when people work here: drive the clock by advance_s")
        if type(days) is not int or not 1 <= days <= WORKING_DAYS_MAX:
            raise ValueError(f"working_days is a whole number from 1 to {WORKING_DAYS_MAX}")
        return self._working_days(self._clock.now(), days)

    def _delete_counts(self, _: Request) -> Response:
        self._counts.reset()
        return Response(204)

    def _post_faults(self, request: Request) -> Response:
        wanted = request.json()
        faults = [Fault.from_json(one) for one in (wanted if isinstance(wanted, list) else [wanted])]
        for fault in faults:
            self._faults.add(fault)
        return Response(201, self._faults.as_json())

    def _delete_faults(self, _: Request) -> Response:
        self._faults.clear()
        return Response(204)

    def _post_seed(self, request: Request) -> Response:
        self._faults.reseed(int(request.json()["seed"]))
        return Response(204)

    def _post_release(self, request: Request) -> Response:
        self._faults.release(str(request.json()["event"]))
        return Response(204)

    def _get_state(self, _: Request) -> Response:
        return Response(200, {name: _plain_site(site) for name, site in self._world.sites.items()})

    def _get_idle(self, _: Request) -> Response:
        told = {"deliveries": self._courier.pending, "hanging": self._hanging(), "lost": self._courier.lost}
        return Response(200, told)

    def _get_webhooks(self, _: Request) -> Response:
        hooks = [hook for site in self._world.sites for hook in self._courier.subscriptions(site)]
        return Response(200, [_plain_hook(hook) for hook in hooks])

    def _post_webhooks(self, request: Request) -> Response:
        wanted = request.json()
        site = self._world.sites[wanted["site"]]
        hook = self._courier.subscribe(
            site.name,
            site.kind,
            wanted["url"],
            container=wanted.get("container", ""),
            secret=wanted.get("secret", ""),
            events=wanted.get("events", ["*"]),
        )
        return Response(201, _plain_hook(hook))

    def _post_mischief(self, request: Request) -> Response:
        self._courier.mischief = Mischief.from_json(request.json())
        return Response(200, self._courier.mischief.as_json())


def _plain_hook(hook: Subscription) -> dict[str, Any]:
    return {"id": hook.id, "site": hook.site, "container": hook.container, "url": hook.url, "events": hook.events}


def _plain_site(site: Site) -> dict[str, Any]:
    with site.lock:
        return {
            "kind": site.kind,
            "edition": site.edition,
            "accounts": [_plain(asdict(account)) for account in site.accounts.values()],
            "places": [_plain(asdict(place)) for place in site.places.values()],
            "tickets": [_plain(asdict(ticket)) for _, ticket in sorted(site.tickets.items())],
        }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value
