"""Tickets, their history and their links on the sandbox's Jira Data Center.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/issue
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.connectors.sandbox.jira_rig import adf
from tests.connectors.sandbox.jira_server_rig import ServerRig


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as rig:
        yield rig


@pytest.fixture
def key(rig: ServerRig) -> str:
    return rig.opened(labels=["failure"], assignee={"name": "ben"}, description="h1. It answers 500.")


# --- texts ----------------------------------------------------------------------------------------


def test_texts_are_wiki_markup_given_and_taken(rig: ServerRig, key: str) -> None:
    rig.good("POST", f"issue/{key}/comment", {"body": "*bold*"})
    rig.good("PUT", f"issue/{key}", {"update": {"comment": [{"add": {"body": "_along_"}}]}})

    fields = rig.good("GET", f"issue/{key}")["fields"]

    assert fields["description"] == "h1. It answers 500."
    assert [comment["body"] for comment in fields["comment"]["comments"]] == ["*bold*", "_along_"]
    assert "jsdPublic" not in fields["comment"]["comments"][0]


TEXTS: list[Any] = [
    pytest.param(adf("x"), "Operation value must be a string", id="a document"),
    pytest.param(7, "Operation value must be a string", id="a number"),
    pytest.param("x" * 32_768, "The entered text is too long", id="too long"),
]


@pytest.mark.parametrize(("text", "told"), TEXTS)
def test_a_description_that_is_no_text_is_refused(rig: ServerRig, key: str, text: Any, told: str) -> None:
    status, answer = rig.call("PUT", f"issue/{key}", {"fields": {"description": text}})

    assert status == 400
    assert answer["errors"]["description"].startswith(told)


# --- people ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "assigned"),
    [({"name": "ana"}, "ana"), ({"name": None}, None), ({"name": "-1"}, None)],
    ids=["somebody", "nobody", "the default"],
)
def test_a_ticket_is_assigned_by_user_name(
    rig: ServerRig, key: str, body: dict[str, Any], assigned: str | None
) -> None:
    assert rig.call("PUT", f"issue/{key}/assignee", body) == (204, None)

    shown = rig.good("GET", f"issue/{key}")["fields"]["assignee"]
    assert (shown and shown["name"]) == assigned


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"name": "zoe"}, "User 'zoe' does not exist."),
        ({"name": "gus"}, "User 'gus' cannot be assigned issues."),
        ({"accountId": "ana"}, "expected Object containing name property"),
        ("ana", "expected Object containing name property"),
    ],
    ids=["unknown", "inactive", "by account id", "a string"],
)
def test_nobody_is_assigned_who_cannot_be(rig: ServerRig, key: str, value: Any, told: str) -> None:
    rig.site.add_account("gus", "Gus", is_active=False)

    assert rig.call("PUT", f"issue/{key}", {"fields": {"assignee": value}}) == (
        400,
        {"errorMessages": [], "errors": {"assignee": told}},
    )


def test_who_may_not_assign_is_told_so_as_data_center_does(rig: ServerRig, key: str) -> None:
    assert rig.call("PUT", f"issue/{key}/assignee", {"name": "ana"}, account="rea")[0] == 401


def test_silence_is_for_those_who_administer(rig: ServerRig, key: str) -> None:
    edit = {"fields": {"summary": "x"}}

    assert rig.call("PUT", f"issue/{key}", edit, notifyUsers="false")[0] == 403
    assert rig.call("PUT", f"issue/{key}", edit, account="root", notifyUsers="false")[0] == 204


# --- what is there and what is hidden -------------------------------------------------------------


@pytest.mark.parametrize(
    ("account", "asked", "answer"),
    [
        ("ana", "OPS-9", (404, "Issue Does Not Exist")),
        ("olga", "OPS-9", (404, "Issue Does Not Exist")),
        ("olga", "OPS-1", (403, "You do not have the permission to see the specified issue.")),
    ],
    ids=["missing", "missing for her too", "hidden"],
)
def test_a_hidden_ticket_is_told_from_a_missing_one(
    rig: ServerRig, key: str, account: str, asked: str, answer: tuple[int, str]
) -> None:
    status, told = rig.call("GET", f"issue/{asked}", account=account)

    assert (status, told["errorMessages"][0]) == answer


def test_a_former_key_leads_to_the_ticket_as_it_is_called_now(rig: ServerRig, key: str) -> None:
    ticket = rig.site.ticket(key)
    ticket.container, ticket.number, ticket.key = "PUB", 7, "PUB-7"
    rig.site.by_key["PUB-7"] = ticket.uid

    assert rig.good("GET", f"issue/{key}", fields="summary")["key"] == "PUB-7"
    assert rig.good("GET", "search", jql=f"key = {key}")["issues"][0]["key"] == "PUB-7"


def test_keys_only_grow(rig: ServerRig, key: str) -> None:
    rig.site.delete_ticket(key)

    assert rig.opened() == "OPS-2"


# --- history --------------------------------------------------------------------------------------


def test_the_whole_changelog_comes_with_the_ticket_oldest_first(rig: ServerRig, key: str) -> None:
    for number in range(120):
        rig.site.set_title("ana", key, f"title {number}")

    log = rig.good("GET", f"issue/{key}", expand="changelog", fields="summary")["changelog"]

    assert (log["total"], log["maxResults"], len(log["histories"])) == (120, 120, 120)
    titles = [change["items"][0]["toString"] for change in log["histories"]]
    assert (titles[0], titles[-1]) == ("title 0", "title 119")


def test_a_change_names_people_by_their_keys_and_fields_by_name_alone(rig: ServerRig, key: str) -> None:
    rig.good("PUT", f"issue/{key}/assignee", {"name": "ana"})

    (change,) = rig.good("GET", f"issue/{key}", expand="changelog")["changelog"]["histories"]

    numbers = {name: rig.site.accounts[name].number for name in ("ana", "ben")}
    assert change["author"]["name"] == "ana"
    assert change["items"] == [
        {
            "field": "assignee",
            "fieldtype": "jira",
            "from": f"JIRAUSER{numbers['ben']}",
            "fromString": "Ben Okri",
            "to": f"JIRAUSER{numbers['ana']}",
            "toString": "Ana Ruiz",
        }
    ]


def test_a_link_is_a_change_of_the_issue(rig: ServerRig, key: str) -> None:
    other = rig.opened()
    ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": other}}
    rig.good("POST", "issueLink", {"type": {"name": "Blocks"}, **ends})
    rig.good("POST", f"issue/{key}/remotelink", {"object": {"url": "https://example.com/1", "title": "Plan"}})

    log = rig.good("GET", f"issue/{key}", expand="changelog")["changelog"]["histories"]

    assert [(change["items"][0]["field"], change["items"][0]["toString"]) for change in log] == [
        ("Link", f"This issue blocks {other}"),
        ("RemoteIssueLink", 'This issue links to "https://example.com/1"'),
    ]


# --- properties and links -------------------------------------------------------------------------


def test_properties_of_a_ticket_are_set_with_it_and_read_with_it(rig: ServerRig) -> None:
    fields = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "x"}
    body = {"fields": fields, "properties": [{"key": "aftermath", "value": {"marker": "m"}}]}

    key = rig.good("POST", "issue", body)["key"]

    assert rig.good("GET", f"issue/{key}", properties="aftermath")["properties"] == {"aftermath": {"marker": "m"}}
    assert "properties" not in rig.good("GET", f"issue/{key}")


def test_a_link_to_a_ticket_that_one_may_not_see_leads_nowhere(rig: ServerRig, key: str) -> None:
    rig.site.add_place("SEC")
    rig.site.accounts["ana"].rights["SEC"] = "none"
    hidden = rig.opened(project="SEC", account="root")
    ends = {"inwardIssue": {"key": key}, "outwardIssue": {"key": hidden}}

    assert rig.call("POST", "issueLink", {"type": {"name": "Blocks"}, **ends})[0] == 404
    assert rig.call("POST", "issueLink", {"type": {"name": "Blocks"}, **ends}, account="root")[0] == 201


def test_a_remote_link_is_known_again_by_its_global_id(rig: ServerRig, key: str) -> None:
    def put(title: str) -> int:
        body = {"globalId": "aftermath=1", "object": {"url": "https://example.com/1", "title": title}}
        return rig.call("POST", f"issue/{key}/remotelink", body)[0]

    assert (put("Plan"), put("New plan")) == (201, 200)
    assert [link["object"]["title"] for link in rig.good("GET", f"issue/{key}/remotelink")] == ["New plan"]


def test_the_page_of_a_ticket_shows_its_text_as_it_was_written(rig: ServerRig, key: str) -> None:
    rig.good("POST", f"issue/{key}/comment", {"body": "|| a || <b> ||"})

    page = rig.ask("GET", f"browse/{key}").text

    assert "<pre>h1. It answers 500.</pre>" in page
    assert "<pre>|| a || &lt;b&gt; ||</pre>" in page
