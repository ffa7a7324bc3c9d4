"""What a Data Center reads in its own way: texts are wiki markup in a string, people are named by user name.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue-createIssue
"""

from __future__ import annotations

from typing import Any

from connectors.sandbox.jira_adf import TEXT_MAX
from connectors.sandbox.jira_fields import TOO_LONG, Dialect, Wrong
from connectors.sandbox.world import Site


def read_wiki(value: Any) -> str:
    """A text, empty for null. Raises Wrong for anything but a string: an ADF document is none."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Wrong("Operation value must be a string")
    if len(value) > TEXT_MAX:
        raise Wrong(TOO_LONG)
    return value


def read_user(site: Site, value: Any) -> str:
    """A person as `{"name": …}`, null for nobody. Raises Wrong, also for an account id, which nobody has here."""
    if value is None:
        return ""
    if not isinstance(value, dict) or "name" not in value:
        raise Wrong("expected Object containing name property")
    name = value["name"]
    if name in (None, "", "-1"):  # "-1" is the project's default, which is nobody here
        return ""
    person = site.accounts.get(str(name))
    if person is None:
        raise Wrong(f"User '{name}' does not exist.")
    if not person.is_active:
        raise Wrong(f"User '{name}' cannot be assigned issues.")
    return person.account


SERVER = Dialect(read_wiki, read_user)
