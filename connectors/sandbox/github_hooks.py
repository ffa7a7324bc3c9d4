"""GitHub's repository webhooks and their delivery log (https://docs.github.com/rest/repos/webhooks).

A hook's secret goes in and never comes out. A failed delivery stays failed until somebody asks for another
attempt.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from connectors.sandbox.delivery import Delivery, Subscription
from connectors.sandbox.github_desk import GithubDesk, typed
from connectors.sandbox.github_errors import invalid, not_found
from connectors.sandbox.github_json import stamp
from connectors.sandbox.github_paging import paged
from connectors.sandbox.http import Request, Response, Router
from connectors.sandbox.webhooks import Courier

_HOOKS = "/repos/{owner}/{repo}/hooks"
_HOOK = _HOOKS + "/{hook_id}"
_DELIVERIES = _HOOK + "/deliveries"

#: Those of a repository that anything here could send; GitHub refuses a name that it does not know.
EVENTS = frozenset(
    {"*", "push", "ping", "member", "public", "milestone", "repository"}
    | {"issues", "issue_comment", "label", "sub_issues", "issue_dependencies"}
)


def known_events(events: Iterable[Any]) -> list[str]:
    """Raises ApiError 422 for an event that does not exist."""
    named = [str(event) for event in events]
    if unknown := [event for event in named if event not in EVENTS]:
        raise invalid("Hook", "events", "custom", f"events {unknown[0]} is not a valid event")
    return named


class GithubHooks:
    """The routes about hooks; they need admin rights on the repository, and are 404 to everybody else."""

    def __init__(self, desk: GithubDesk, courier: Courier) -> None:
        self._desk = desk
        self._site = desk.site
        self._courier = courier

    def add_routes(self, router: Router) -> None:
        router.add("GET", _HOOKS, self.list_hooks)
        router.add("POST", _HOOKS, self.create_hook)
        router.add("GET", _HOOK, self.get_hook)
        router.add("PATCH", _HOOK, self.update_hook)
        router.add("DELETE", _HOOK, self.delete_hook)
        router.add("GET", _DELIVERIES, self.list_deliveries)
        router.add("GET", _DELIVERIES + "/{delivery_id}", self.get_delivery)
        router.add("POST", _DELIVERIES + "/{delivery_id}/attempts", self.redeliver)

    def list_hooks(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#list-repository-webhooks"""
        container = self._container(request, owner, repo)
        hooks = self._courier.subscriptions(self._site.name, container)
        return paged(request, self._desk.render.base_url, hooks, self._hook)

    def create_hook(self, request: Request, owner: str, repo: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#create-a-repository-webhook"""
        container = self._container(request, owner, repo)
        fields = self._desk.fields(request)
        config = typed(fields, "config", dict, {})
        events = known_events(typed(fields, "events", list, ["push"]))
        url = typed(config, "url", str, "")
        if any(h.url == url for h in self._courier.subscriptions(self._site.name, container)):
            raise invalid("Hook", "config", "custom", "Hook already exists on this repository")
        try:
            hook = self._courier.subscribe(
                self._site.name,
                self._site.kind,
                url,
                container=container,
                secret=typed(config, "secret", str, ""),
                events=events,
                content_type=typed(config, "content_type", str, "form"),
            )
        except ValueError as error:
            raise invalid("Hook", "url", "custom", str(error)) from None
        told = self._hook(hook)
        self._courier.send(hook, "ping", self._ping(request, hook, told))
        return Response(201, told, {"Location": told["url"]})

    def get_hook(self, request: Request, owner: str, repo: str, hook_id: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#get-a-repository-webhook"""
        return Response(200, self._hook(self._find(request, owner, repo, hook_id)))

    def update_hook(self, request: Request, owner: str, repo: str, hook_id: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#update-a-repository-webhook

        A `config` takes the place of the former one: a secret that it leaves out is gone.
        """
        hook, fields = self._find(request, owner, repo, hook_id), self._desk.fields(request)
        events = known_events(typed(fields, "events", list, list(hook.events)))
        changed = replace(hook, events=tuple(events), is_active=typed(fields, "active", bool, hook.is_active))
        if "config" in fields:
            config = typed(fields, "config", dict, {})
            changed = replace(
                changed,
                url=typed(config, "url", str, hook.url),
                secret=typed(config, "secret", str, ""),
                content_type=typed(config, "content_type", str, "form"),
            )
        try:
            self._courier.change(changed)
        except ValueError as error:
            raise invalid("Hook", "url", "custom", str(error)) from None
        return Response(200, self._hook(changed))

    def delete_hook(self, request: Request, owner: str, repo: str, hook_id: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#delete-a-repository-webhook"""
        self._courier.unsubscribe(self._find(request, owner, repo, hook_id).id)
        return Response(204)

    def list_deliveries(self, request: Request, owner: str, repo: str, hook_id: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook

        Newest first. `cursor` is the delivery that the page begins after; `status` leaves only those that failed, or
        did not.
        """
        hook = self._find(request, owner, repo, hook_id)
        cursor, status = request.one("cursor"), request.one("status")
        newest_first = [
            one
            for one in reversed(self._courier.deliveries(hook.id))
            if (not cursor or one.id < int(cursor))
            and (not status or (status == "success") is (200 <= one.status_code < 300))
        ]
        size = min(100, max(1, int(request.one("per_page") or 30)))
        shown = newest_first[:size]
        headers = {}
        if len(newest_first) > size:
            query = urlencode({"per_page": size, "cursor": shown[-1].id} | ({"status": status} if status else {}))
            headers = {"Link": f'<{self._desk.render.base_url}{quote(request.path)}?{query}>; rel="next"'}
        return Response(200, [self._delivery(one) for one in shown], headers)

    def get_delivery(self, request: Request, owner: str, repo: str, hook_id: str, delivery_id: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#get-a-delivery-for-a-repository-webhook"""
        delivery = self._find_delivery(request, owner, repo, hook_id, delivery_id)
        sent = {"headers": delivery.request_headers, "payload": delivery.outgoing.payload}
        return Response(
            200,
            {
                **self._delivery(delivery),
                "url": delivery.outgoing.subscription.url,
                "request": json.loads(json.dumps(sent)),
                "response": {"headers": {}, "payload": delivery.answer},
            },
        )

    def redeliver(self, request: Request, owner: str, repo: str, hook_id: str, delivery_id: str) -> Response:
        """https://docs.github.com/rest/repos/webhooks#redeliver-a-delivery-for-a-repository-webhook"""
        self._courier.redeliver(self._find_delivery(request, owner, repo, hook_id, delivery_id).id)
        return Response(202, {})

    # --- inside -------------------------------------------------------------------------------

    def _container(self, request: Request, owner: str, repo: str) -> str:
        actor = self._desk.actor(request)
        place = self._desk.place(request, owner, repo)
        if not self._site.may(actor, place.container, "admin"):
            raise not_found()
        return place.container

    def _find(self, request: Request, owner: str, repo: str, hook_id: str) -> Subscription:
        container = self._container(request, owner, repo)
        hooks = self._courier.subscriptions(self._site.name, container)
        found = next((hook for hook in hooks if str(hook.id) == hook_id), None)
        if found is None:
            raise not_found()
        return found

    def _find_delivery(self, request: Request, owner: str, repo: str, hook_id: str, delivery_id: str) -> Delivery:
        hook = self._find(request, owner, repo, hook_id)
        found = next((d for d in self._courier.deliveries(hook.id) if str(d.id) == delivery_id), None)
        if found is None:
            raise not_found()
        return found

    def _hook(self, hook: Subscription) -> dict[str, Any]:
        url = f"{self._desk.render.base_url}/repos/{hook.container}/hooks/{hook.id}"
        latest = self._courier.deliveries(hook.id)[-1:]
        code = latest[0].status_code if latest else None
        config = {"url": hook.url, "content_type": hook.content_type, "insecure_ssl": "0"}
        return {
            "type": "Repository",
            "id": hook.id,
            "name": "web",
            "active": hook.is_active,
            "events": list(hook.events),
            "config": config | ({"secret": "********"} if hook.secret else {}),
            "updated_at": stamp(hook.created_at),
            "created_at": stamp(hook.created_at),
            "url": url,
            "test_url": f"{url}/tests",
            "ping_url": f"{url}/pings",
            "deliveries_url": f"{url}/deliveries",
            "last_response": {"code": code, "status": latest[0].status if latest else "unused", "message": None},
        }

    def _delivery(self, delivery: Delivery) -> dict[str, Any]:
        outgoing = delivery.outgoing
        return {
            "id": delivery.id,
            "guid": outgoing.guid,
            "delivered_at": stamp(delivery.delivered_at),
            "redelivery": outgoing.is_redelivery,
            "duration": 0.01,
            "status": delivery.status,
            "status_code": delivery.status_code,
            "event": outgoing.event,
            "action": outgoing.payload.get("action"),
            "installation_id": None,
            "repository_id": self._site.places[outgoing.subscription.container].number,
            "throttled_at": None,
        }

    def _ping(self, request: Request, hook: Subscription, told: dict[str, Any]) -> dict[str, Any]:
        render = self._desk.render
        return {
            "zen": "Keep it logically awesome.",
            "hook_id": hook.id,
            "hook": told,
            "repository": render.repo(self._site.places[hook.container]),
            "sender": render.user(self._desk.actor(request)),
        }
