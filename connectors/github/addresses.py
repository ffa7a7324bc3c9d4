"""Addresses on GitHub: `acme/shop` for a repository, `acme/shop#7` for an issue, and their paths in the API.

Names go into paths, so they are checked against what GitHub allows in a name before anything is sent:
text from a ticket or a delivery can never choose another endpoint (P11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from connectors.errors import Refused
from rules.refs import Place, TicketRef

_NAME = r"[A-Za-z0-9_.-]{1,100}"
_REPOSITORY = re.compile(rf"(?!\.{{1,2}}/)({_NAME})/(?!\.{{1,2}}(?:\Z|#))({_NAME})\Z")
_ISSUE_URL = re.compile(rf"/repos/({_NAME}/{_NAME})/(?:issues|pulls)/([1-9][0-9]{{0,17}})\Z")
_ISSUE_PAGE = re.compile(rf"(?:/repos)?/({_NAME}/{_NAME})/(?:issues|pulls?)/([1-9][0-9]{{0,17}})(?![0-9A-Za-z])")
_PULL_PAGE = re.compile(rf"/{_NAME}/{_NAME}/pulls?/[0-9]")
_REPOSITORY_URL = re.compile(rf"/repos/({_NAME}/{_NAME})\Z")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}\Z")


def repository_path(container: str) -> str:
    """`/repos/acme/shop`. Raises Refused where it is no repository's name."""
    if not _REPOSITORY.match(container):
        raise Refused(f"{container!r} is no repository on GitHub: write OWNER/NAME, such as acme/shop.")
    return f"/repos/{container}"


def is_repository(container: str) -> bool:
    """Whether it has the form of a repository's name, so that it can be put into a path."""
    return bool(_REPOSITORY.match(container))


def issue_path(ref: TicketRef) -> str:
    """`/repos/acme/shop/issues/7`. Raises Refused where it is no issue's address."""
    container, hash_sign, number = ref.key.rpartition("#")
    if not hash_sign or not _NUMBER.match(number):
        raise Refused(f"{ref.key!r} is no issue on GitHub: write OWNER/NAME#NUMBER, such as acme/shop#7.")
    return f"{repository_path(container)}/issues/{number}"


def is_issue(ref: TicketRef) -> bool:
    """Whether the key can be an issue's address."""
    container, hash_sign, number = ref.key.rpartition("#")
    return bool(hash_sign and _REPOSITORY.match(container) and _NUMBER.match(number))


def comment_path(ref: TicketRef, comment_id: str) -> str:
    """`/repos/acme/shop/issues/comments/12`. Raises Refused where it is no comment's id."""
    if not _NUMBER.match(comment_id):
        raise Refused(f"{comment_id!r} is no comment's id on GitHub.")
    return f"{repository_path(container_of(ref))}/issues/comments/{comment_id}"


def container_of(ref: TicketRef) -> str:
    return ref.key.rpartition("#")[0]


def place_of(ref: TicketRef) -> Place:
    return Place(ref.tracker, container_of(ref))


def account_in_path(account: str) -> str:
    return quote(account, safe="")


def make_key(full_name: object, number: object) -> str:
    """`acme/shop#7`. Raises ValueError for anything that is no address."""
    if not isinstance(full_name, str) or not _REPOSITORY.match(full_name):
        raise ValueError("not a repository's name")
    if not isinstance(number, int) or isinstance(number, bool) or not _NUMBER.match(str(number)):
        raise ValueError("not an issue's number")
    return f"{full_name}#{number}"


def key_in_url(url: object) -> str:
    """The key in an issue's API address, or empty."""
    match = _ISSUE_URL.search(url) if isinstance(url, str) else None
    return f"{match[1]}#{match[2]}" if match else ""


def web_address(base_url: str) -> str:
    """Where people look: `https://github.com`, or the server itself."""
    return "https://github.com" if base_url == "https://api.github.com" else base_url.removesuffix("/api/v3")


def key_on_page(base_url: str, url: str) -> str:
    """The key of the issue that a browser shows at an address, or that the API has there; empty where it is no issue of
    this server. https://docs.github.com/en/rest/issues/issues#get-an-issue shows both addresses of one."""
    for root in (base_url, web_address(base_url)):
        found = _ISSUE_PAGE.match(url[len(root) :]) if url.casefold().startswith(f"{root}/".casefold()) else None
        if found:
            return f"{found[1]}#{found[2]}"
    return ""


def key_named(base_url: str, text: str) -> str:
    """The key that a text names: `acme/shop#7`, or the address of an issue's page; empty for a pull request's.
    https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
    """
    if "://" in text:
        return "" if _PULL_PAGE.search(text) else key_on_page(base_url, text)
    container, hash_sign, number = text.rpartition("#")
    return text if hash_sign and _REPOSITORY.match(container) and _NUMBER.match(number) else ""


def key_of(issue: Mapping[str, Any]) -> str:
    """The present key of an issue as GitHub shows it. Raises ValueError where it shows none."""
    match = _REPOSITORY_URL.search(str(issue.get("repository_url", "")))
    return make_key(match[1], issue.get("number")) if match else _required(key_in_url(issue.get("url")))


def _required(key: str) -> str:
    if not key:
        raise ValueError("an issue without an address")
    return key
