"""The courier: carries what happens in the world to those who subscribed, over real HTTP, from one thread.

Like the vendors it tries once, gives a receiver ten seconds and never repeats a failed delivery by itself;
the log tells what failed, and a redelivery can be asked for
(https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries). Payloads are made
when a delivery's turn comes, under the site's lock, so that the mutation that caused it is complete: an
`opened` carries the labels that came with it. Nothing is ever sent beyond this machine.
"""

from __future__ import annotations

import http.client
import itertools
import logging
import queue
import random
import socket
import threading
import uuid
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.sandbox.delivery import Delivery, Outgoing, Subscription, is_loopback, post_delivery
from connectors.sandbox.http import Api
from connectors.sandbox.mischief import Mischief
from connectors.sandbox.overheard import overhearers
from connectors.sandbox.world import Happening, Listener, PlaceHappening, PlaceListener, Site

#: How long a receiver has, as on GitHub.
TIMEOUT_S = 10.0
_HELD_S = 0.2
_LOG_MAX = 10_000
_NAMESPACE = uuid.UUID("6f3d3f6e-0a53-4b4e-9f0b-6c1d2f7f9a11")

Job = Callable[[], None]
#: Event name and payload of a delivery.
Made = tuple[str, dict[str, Any]]


class Courier:
    """Subscriptions, the queue, the thread and the log. Thread-safe. `mischief` may be replaced at any time."""

    def __init__(self, now: Callable[[], datetime], *, seed: int = 0, timeout_s: float = TIMEOUT_S) -> None:
        self.mischief = Mischief()
        self.lost = 0
        self._now = now
        self._timeout_s = timeout_s
        self._random = random.Random(seed)  # noqa: S311 - repeatable chance is the point here
        self._jobs: queue.Queue[Job | None] = queue.Queue()
        self._changed = threading.Condition()
        self._pending = 0
        self._subscriptions: dict[int, Subscription] = {}
        self._log: deque[Delivery] = deque(maxlen=_LOG_MAX)
        self._ids = itertools.count(1)
        self._events = itertools.count(1)
        self._held: list[Outgoing] = []
        self._timers: set[threading.Timer] = set()
        self._connection: http.client.HTTPConnection | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    # --- subscriptions ------------------------------------------------------------------------

    def subscribe(
        self,
        site: str,
        kind: str,
        url: str,
        *,
        container: str = "",
        secret: str = "",
        events: Iterable[str] = ("*",),
        content_type: str = "json",
    ) -> Subscription:
        """A new hook. Raises ValueError when the URL is not plain HTTP to this machine."""
        if not is_loopback(url):
            raise ValueError("the sandbox delivers to http:// addresses on this machine only")
        with self._changed:
            hook = Subscription(
                next(self._ids),
                site,
                kind,
                container,
                url,
                secret,
                tuple(events),
                self._now(),
                content_type=content_type,
            )
            self._subscriptions[hook.id] = hook
            return hook

    def unsubscribe(self, subscription_id: int) -> None:
        """Take a hook away; fine when it is gone."""
        with self._changed:
            self._subscriptions.pop(subscription_id, None)

    def change(self, hook: Subscription) -> None:
        """Let a hook be another from now on; what is under way goes as it was. Raises ValueError as `subscribe` does,
        KeyError where it is gone."""
        if not is_loopback(hook.url):
            raise ValueError("the sandbox delivers to http:// addresses on this machine only")
        with self._changed:
            self._subscriptions[self._subscriptions[hook.id].id] = hook

    def subscriptions(self, site: str, container: str | None = None) -> list[Subscription]:
        """The hooks of a site, or those of exactly one container of it, oldest first."""
        with self._changed:
            hooks = list(self._subscriptions.values())
        return [h for h in hooks if h.site == site and container in (None, h.container)]

    # --- what comes in ------------------------------------------------------------------------

    def listener(self, api: Api) -> Listener:
        """What a site calls when something happens; it only queues."""

        def heard(happening: Happening) -> None:
            if self.subscriptions(happening.site):
                number = next(self._events)
                self._put(lambda: self._render(api, happening, number))

        return heard

    def place_listener(self, site: Site, render: Callable[[PlaceHappening], list[Made]]) -> PlaceListener:
        """The same for what befalls a whole place; `render` makes its deliveries."""

        def heard(happening: PlaceHappening) -> None:
            if self.subscriptions(happening.site):
                number = next(self._events)
                self._put(lambda: self._render_of_place(site, render, happening, number))

        return heard

    def send(self, hook: Subscription, event: str, payload: dict[str, Any]) -> None:
        """Queue one delivery that has no happening behind it, such as a ping."""
        outgoing = Outgoing(hook, self._guid(hook.site, next(self._events), 0), event, payload)
        self._put(lambda: self._carry(outgoing))

    def redeliver(self, delivery_id: int) -> bool:
        """Queue a logged delivery once more, with the same GUID; False when it is not in the log."""
        found = next((d for d in self.deliveries() if d.id == delivery_id), None)
        if found is None:
            return False
        outgoing = replace(found.outgoing, is_redelivery=True)
        self._put(lambda: self._carry(outgoing))
        return True

    def deliveries(self, subscription_id: int | None = None) -> list[Delivery]:
        """What was sent, oldest first, of one hook or of all."""
        with self._changed:
            log = list(self._log)
        return [d for d in log if subscription_id in (None, d.outgoing.subscription.id)]

    # --- running ------------------------------------------------------------------------------

    @property
    def pending(self) -> int:
        """Happenings and deliveries still under way, delayed ones included."""
        with self._changed:
            return self._pending

    def wait_idle(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing is under way; False when that took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._pending == 0, timeout_s)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="sandbox-courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Cut what is under way, drop what waits, end the thread. Calling it twice is fine."""
        with self._changed:
            self._stopping = True
            timers, connection = list(self._timers), self._connection
        for timer in timers:
            timer.cancel()
        if connection is not None and connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    # --- the thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping:
            try:
                job = self._jobs.get(timeout=_HELD_S if self._held else None)
            except queue.Empty:
                self._let_go()
                continue
            if job is None:
                return
            try:
                job()
            except Exception:  # one broken payload must not silence every later delivery
                logging.getLogger(__name__).exception("the sandbox could not make a webhook delivery")
            finally:
                self._done()

    def _render(self, api: Api, happening: Happening, number: int) -> None:
        with api.site.lock:
            made = api.webhook(happening)
        self._send_made(made, happening.site, happening.ticket.container, number)

    def _render_of_place(
        self, site: Site, render: Callable[[PlaceHappening], list[Made]], happening: PlaceHappening, number: int
    ) -> None:
        with site.lock:
            made = render(happening)
        self._send_made(made, happening.site, happening.container, number)

    def _send_made(self, made: list[Made], site: str, container: str, number: int) -> None:
        for part, (event, payload) in enumerate(made):
            guid = self._guid(site, number, part)
            for hook in self.subscriptions(site):
                if hook.wants(container, event):
                    self._meet_mischief(Outgoing(hook, guid, event, payload))

    def _meet_mischief(self, outgoing: Outgoing) -> None:
        mischief = self.mischief
        lose, duplicate, delay, reorder = (self._random.random() for _ in range(4))
        if lose < mischief.lose:
            self.lost += 1
            return
        if delay < mischief.delay:
            self._delay(outgoing, mischief.delay_s)
        elif reorder < mischief.reorder:
            self._held.append(outgoing)
            self._count(+1)
            return
        else:
            self._carry(outgoing)
        if duplicate < mischief.duplicate:
            self._carry(outgoing)
        self._let_go()

    def _delay(self, outgoing: Outgoing, delay_s: float) -> None:
        def due() -> None:
            with self._changed:
                self._timers.discard(timer)
            self._jobs.put(lambda: self._carry(outgoing))

        timer = threading.Timer(delay_s, due)
        timer.daemon = True
        with self._changed:
            self._timers.add(timer)
            self._pending += 1
        timer.start()

    def _let_go(self) -> None:
        held, self._held = self._held, []
        for outgoing in held:
            self._carry(outgoing)
            self._count(-1)

    def _carry(self, outgoing: Outgoing) -> None:
        if self._stopping:
            return
        for overhearer in overhearers:
            overhearer.delivered(outgoing)
        headers = outgoing.headers(outgoing.body())
        status, code, answer = post_delivery(outgoing, self._timeout_s, self._opened)
        self._opened(None)
        with self._changed:
            self._log.append(Delivery(next(self._ids), outgoing, self._now(), status, code, headers, answer))

    def _opened(self, connection: http.client.HTTPConnection | None) -> None:
        with self._changed:
            self._connection = connection

    def _put(self, job: Job) -> None:
        self._count(+1)
        self._jobs.put(job)

    def _done(self) -> None:
        self._count(-1)

    def _count(self, by: int) -> None:
        with self._changed:
            self._pending += by
            self._changed.notify_all()

    @staticmethod
    def _guid(site: str, number: int, part: int) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{site}/{number}/{part}"))
