"""Who reads a comment, where not everybody does: a role, a group, or a service desk's own people.

An answer to such a comment goes to the same readers (P14). What says so is passed on as Jira told it, in one word that
nobody outside this folder looks into.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-issue-issueidorkey-comment-post
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from connectors.errors import Refused

#: The entity property by which a comment is kept from a service desk's customers.
INTERNAL = "sd.public.comment"


def readers_of(comment: Mapping[str, Any], properties: Mapping[str, Any]) -> str:
    """The word for the comment's readers; empty where everybody who reads the issue reads it."""
    told: dict[str, Any] = {}
    if comment.get("visibility"):
        told["visibility"] = comment["visibility"]
    internal = properties.get(INTERNAL)
    is_internal = isinstance(internal, Mapping) and internal.get("internal") is True
    if is_internal or comment.get("jsdPublic") is False:
        told["internal"] = True
    return json.dumps(told, sort_keys=True) if told else ""


def restrict(comment: dict[str, Any], readers: str) -> None:
    """Write into a comment to be sent that only these read it. Raises Refused for a word that is none of ours."""
    if not readers:
        return
    try:
        told = json.loads(readers)
        visibility, is_internal = told.get("visibility"), told.get("internal") is True
    except (ValueError, AttributeError):
        visibility, is_internal = None, False
    if not visibility and not is_internal:
        raise Refused("a comment for some readers only cannot be written: who they are is not known", status=400)
    if visibility:
        comment["visibility"] = visibility
    if is_internal:
        keep_internal(comment)


def keep_internal(comment: dict[str, Any]) -> None:
    """Write into a comment to be sent that a service desk's customers do not see it."""
    properties = comment.setdefault("properties", [])
    if all(one["key"] != INTERNAL for one in properties):
        properties.append({"key": INTERNAL, "value": {"internal": True}})
