"""Jira's addresses and the JQL made of them: only what has been checked gets into a path or a query.

https://support.atlassian.com/jira-software-cloud/docs/what-is-advanced-search-in-jira-cloud/
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from connectors.errors import Refused
from rules.refs import Place, TicketRef

_PROJECT = re.compile(r"[A-Z][A-Z0-9_]+")
_KEY = re.compile(r"([A-Z][A-Z0-9_]+)-([1-9][0-9]{0,9})")
_ID = re.compile(r"[0-9]{1,18}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def project_key(place: Place) -> str:
    """The project's key. Raises Refused where it is none."""
    if not _PROJECT.fullmatch(place.container):
        raise Refused(f"{place.container!r} is no Jira project: write its key, such as OPS")
    return place.container


def issue_name(ref: TicketRef) -> str:
    """Key or id, as Jira's paths take either. Raises Refused for anything else."""
    if not is_issue_name(ref.key):
        raise Refused(f"{ref.key!r} is no Jira issue: write its key, such as OPS-12")
    return ref.key


def is_project_name(text: str) -> bool:
    return bool(_PROJECT.fullmatch(text))


def is_issue_name(text: str) -> bool:
    return bool(_KEY.fullmatch(text) or _ID.fullmatch(text))


def key_on_page(web_url: str, url: str) -> str:
    """The key of the issue that a browser shows at an address of this site: its own page, or a board or queue where it
    is selected. Empty where there is none."""
    if not url.casefold().startswith(f"{web_url}/".casefold()):
        return ""
    parts = urlsplit(url)
    words = [*parse_qs(parts.query).get("selectedIssue", []), *reversed(parts.path.split("/"))]
    return next((word for word in words if _KEY.fullmatch(word)), "")


def key_named(web_url: str, text: str) -> str:
    """The key that a text names: `OPS-12`, or an address of `key_on_page`."""
    return key_on_page(web_url, text) if "://" in text else text if _KEY.fullmatch(text) else ""


def comment_number(comment_id: str) -> str:
    """The comment's id. Raises Refused where it is none."""
    if not _ID.fullmatch(comment_id):
        raise Refused(f"{comment_id!r} is no comment of a Jira issue")
    return comment_id


def split_key(key: str) -> tuple[str, int]:
    """Project and number of a key; ("", 0) for an id."""
    match = _KEY.fullmatch(key)
    return (match[1], int(match[2])) if match else ("", 0)


def label_word(label: str) -> str:
    """A label as Jira takes it: without spaces, which it refuses, and at most 255 characters."""
    return "-".join(_CONTROL.sub(" ", label).split())[:255]


def jql_text(value: str) -> str:
    """A value between quotes, for JQL."""
    escaped = _CONTROL.sub(" ", value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
