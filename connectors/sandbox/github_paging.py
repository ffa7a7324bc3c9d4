"""Pages of a GitHub listing (https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api)."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from connectors.sandbox.http import Request, Response

_PER_PAGE = 30
_PER_PAGE_MAX = 100

Item = TypeVar("Item")


def page_of(
    request: Request, base_url: str, items: Sequence[Item], render: Callable[[Item], Any]
) -> tuple[list[Any], dict[str, str]]:
    """The items that the request's `page` and `per_page` ask for, rendered, and the Link header if it needs one."""
    size = min(_PER_PAGE_MAX, max(1, _number(request.one("per_page"), _PER_PAGE)))
    page = max(1, _number(request.one("page"), 1))
    last = max(1, -(-len(items) // size))
    links: dict[str, int] = {}
    if page > 1:
        links |= {"prev": min(page - 1, last), "first": 1}
    if page < last:
        links |= {"next": page + 1, "last": last}
    shown = [render(item) for item in items[(page - 1) * size : page * size]]
    if not links:
        return shown, {}
    link = ", ".join(f'<{_url(request, base_url, number)}>; rel="{rel}"' for rel, number in links.items())
    return shown, {"Link": link}


def paged(request: Request, base_url: str, items: Sequence[Item], render: Callable[[Item], Any]) -> Response:
    """A listing's answer."""
    shown, headers = page_of(request, base_url, items, render)
    return Response(200, shown, headers)


def _url(request: Request, base_url: str, page: int) -> str:
    query = {**request.query, "page": [str(page)]}
    return f"{base_url}{urllib.parse.quote(request.path)}?{urllib.parse.urlencode(query, doseq=True)}"


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() else default
