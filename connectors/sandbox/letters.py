"""Everybody's private letters in a sandbox: a box for each person, written to by apprise's `json://`.

It plays the chat or push service that people have their private channels with. The letters stand beside the trackers
and on no page of theirs; only the box's own address shows them: `GET /letters/ada`.

https://github.com/caronc/apprise/wiki/Notify_Custom_JSON says what is posted.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from connectors.sandbox.http import ApiError, Request, Response, Router
from connectors.sandbox.world import Happening, LetterState, Site, World

#: Where the boxes are mounted; the address of Ada's is `json://127.0.0.1:PORT/letters/ada`.
LETTERS = "letters"


class Letters:
    """The boxes of one world, as an API that a sandbox mounts."""

    def __init__(self, world: World) -> None:
        self.site = Site(LETTERS, LETTERS, world.now)
        self._world = world
        self._router = Router()
        self._router.add("POST", "/{person}", self._take)
        self._router.add("GET", "/{person}", self._show)

    def authenticate(self, headers: Mapping[str, str]) -> str | None:
        """Nobody: whoever has the address may write."""
        return None

    def handle(self, request: Request) -> Response:
        answer = self._router.dispatch(request)
        if answer is None:
            raise ApiError(404, {"error": "there is no such box"})
        return answer

    def webhook(self, happening: Happening) -> list[tuple[str, dict[str, Any]]]:
        """Nothing: a letter is nobody else's business."""
        return []

    def _take(self, request: Request, person: str) -> Response:
        told = request.json()
        if not isinstance(told, dict) or not isinstance(told.get("message"), str):
            raise ApiError(400, {"error": "a letter has a message"})
        title, calendar = str(told.get("title") or ""), _calendar_of(told.get("attachments"))
        letter = LetterState(self._world.now(), person, title, told["message"], calendar)
        with self.site.lock:
            self._world.letters.append(letter)
        return Response(200, {})

    def _show(self, request: Request, person: str) -> Response:
        with self.site.lock:
            mine = [asdict(letter) for letter in self._world.letters if letter.to == person]
        return Response(200, [letter | {"at": letter["at"].isoformat()} for letter in mine])


def _calendar_of(attachments: object) -> str:
    """The text of the first calendar among what was attached, or nothing."""
    for one in attachments if isinstance(attachments, list) else []:
        if isinstance(one, dict) and one.get("mimetype") == "text/calendar":
            try:
                return base64.b64decode(str(one.get("base64")), validate=True).decode()
            except (binascii.Error, UnicodeDecodeError) as error:
                raise ApiError(400, {"error": "a calendar is base64 of UTF-8"}) from error
    return ""
