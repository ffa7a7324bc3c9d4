"""What is found when a Jira site is looked over for a person, before anything runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from connectors.access import Access, Secret
from connectors.inspection import OWN_ACCOUNT, WEBHOOK, Finding, Grade, Wanted
from connectors.jira.tracker import JiraTracker
from connectors.markers import MarkerCodec
from rules.refs import Place
from tests.connectors.jira.jira_house import OPS, JiraHouse, draft, marker
from tests.connectors.sandbox.jira_rig import START
from tests.connectors.sandbox.jira_server_rig import ServerRig

DESK = Place("jira", "DESK")
WANTED = Wanted(
    places=(OPS,), opened={OPS: ("Task",)}, labels=("aftermath",), webhook_path="/webhooks/jira", links_within=True
)


@pytest.fixture(autouse=True)
def patient(house: JiraHouse) -> None:
    """Nothing here is slow, and a loaded machine shall not make it fail."""
    house.timeout_s = 20


def looked_over(house: JiraHouse, wanted: Wanted = WANTED, token: str = "bot-token") -> list[Finding]:
    return list(house.connect(token).inspect(wanted))


def of(findings: list[Finding], grade: Grade) -> list[str]:
    return [f"{finding.found} {finding.todo}".strip() for finding in findings if finding.grade is grade]


def test_a_project_in_order_has_nothing_wrong(house: JiraHouse) -> None:
    findings = looked_over(house, replace(WANTED, people={"ana": "Ana", "ben": "Ben"}))
    assert of(findings, Grade.WRONG) == of(findings, Grade.AWAY) == []
    good = " ".join(of(findings, Grade.GOOD))
    for words in (
        "writes as Aftermath",
        "Project OPS is there, with the issue types",
        "may do in OPS everything",
        "No sign that Aftermath is a person's",
        "linked by Relates",
        "2 people of the people file can be assigned in OPS",
    ):
        assert words in good


def _archive(house: JiraHouse) -> None:
    house.site.places["OPS"].is_archived = True


def _rename(house: JiraHouse) -> None:
    house.site.places["NEW"] = house.site.places.pop("OPS")


def _change_types(house: JiraHouse) -> None:
    house.site.places["OPS"].ticket_types = ("Incident", "Bug")


def _only_read(house: JiraHouse) -> None:
    house.site.accounts["bot"].default_rights = "read"


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        pytest.param(_archive, "Project OPS is archived", id="archived"),
        pytest.param(_rename, "There is no Jira project OPS, or our account may not see it.", id="not-there"),
        pytest.param(_change_types, "no issue type Task. Choose another `type:`; there are Incident, Bug.", id="type"),
        pytest.param(_only_read, "may not put labels on issues (EDIT_ISSUES), link issues (LINK_ISSUES)", id="rights"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(house: JiraHouse, spoil: Callable[[JiraHouse], None], said: str) -> None:
    spoil(house)
    (wrong,) = of(looked_over(house), Grade.WRONG)
    assert said in wrong


def test_a_due_date_takes_a_permission_of_its_own(house: JiraHouse) -> None:
    """Jira refuses a whole ticket for a due date that one may not set."""
    house.site.accounts["bot"].default_rights = "read"
    (wrong,) = of(looked_over(house), Grade.WRONG)
    assert "set due dates (SCHEDULE_ISSUES)" in wrong


def test_a_token_that_is_not_taken_ends_the_look(house: JiraHouse) -> None:
    findings = looked_over(house, token="stolen-token")
    assert [finding.grade for finding in findings] == [Grade.WRONG]
    assert "The token is not taken" in findings[0].found
    assert "stolen-token" not in repr(findings)


def test_a_site_that_is_away_is_told_as_such(house: JiraHouse) -> None:
    house.sandbox.stop()
    assert [finding.grade for finding in looked_over(house)] == [Grade.AWAY]


@pytest.mark.parametrize(
    ("rights", "grade", "said"),
    [
        pytest.param("write", Grade.NOTE, "mails the watchers", id="member"),
        pytest.param("admin", Grade.GOOD, "without mail to the watchers", id="administrator"),
    ],
)
def test_whether_edits_are_silent_is_told(house: JiraHouse, rights: str, grade: Grade, said: str) -> None:
    """P9: silence takes the right to administer the project."""
    house.site.accounts["bot"].default_rights = rights
    assert any(said in sentence for sentence in of(looked_over(house), grade))


# --- whose account ------------------------------------------------------------------------------


def own(findings: list[Finding]) -> Finding:
    (finding,) = [finding for finding in findings if finding.about == OWN_ACCOUNT]
    return finding


def test_a_person_s_account_is_known_by_what_it_opened_by_hand(house: JiraHouse) -> None:
    house.opened(actor="bot")
    finding = own(looked_over(house))
    assert finding.grade is Grade.WRONG
    assert "it wrote OPS-1 by hand" in finding.found


def test_a_person_s_account_is_known_by_the_people_file(house: JiraHouse) -> None:
    finding = own(looked_over(house, replace(WANTED, people={"bot": "Ana"})))
    assert "the people file says that it is Ana's" in finding.found


def test_what_aftermath_opened_is_no_sign_of_a_person(house: JiraHouse) -> None:
    house.connect().open_ticket(draft(labels=("aftermath",)), marker())
    assert own(looked_over(house)).grade is Grade.GOOD


def test_an_app_needs_no_looking(house: JiraHouse) -> None:
    house.site.accounts["bot"].is_bot = True
    house.opened(actor="bot")
    assert own(looked_over(house)).grade is Grade.GOOD


def test_markers_that_another_secret_signed_are_told(house: JiraHouse) -> None:
    """P1: with a new secret our own tickets would be strangers."""
    other = MarkerCodec("tests", b"the secret of last year")
    url = house.sandbox.url("jira")
    before = JiraTracker("jira", url, "bot@example.com", Access(Secret("bot-token")), other, Secret(), house.clock.now)
    before.open_ticket(draft(labels=("aftermath",)), marker())
    (wrong,) = of(looked_over(house), Grade.WRONG)
    assert "OPS-1 with a marker that this installation did not sign" in wrong


# --- people and webhooks ------------------------------------------------------------------------


def test_people_who_are_not_there_and_who_cannot_be_assigned_are_told_apart(house: JiraHouse) -> None:
    wrong = of(looked_over(house, replace(WANTED, people={"rea": "Rea", "typo": "Tim"})), Grade.WRONG)
    assert [sentence.partition(".")[0] for sentence in wrong] == [
        "Rea cannot be assigned in OPS",
        "Tim: Jira knows no account typo",
    ]


def test_of_several_projects_not_everybody_has_to_work_in_each(house: JiraHouse) -> None:
    house.site.accounts["ana"].rights["DESK"] = "read"
    findings = looked_over(house, replace(WANTED, places=(DESK, OPS), people={"ana": "Ana"}))
    assert any("Ana cannot be assigned in DESK" in note for note in of(findings, Grade.NOTE))


def test_webhooks_are_unknown_to_an_api_token_and_told_only_where_they_are_wanted(house: JiraHouse) -> None:
    assert not [f for f in looked_over(house) if f.about == WEBHOOK]
    (finding,) = [f for f in looked_over(house, replace(WANTED, has_webhook_secret=True)) if f.about == WEBHOOK]
    assert "shown to Jira's administrators only" in finding.found
    heard = replace(WANTED, has_webhook_secret=True, is_delivered_to=True)
    assert not [f for f in looked_over(house, heard) if f.about == WEBHOOK], "deliveries arrive, so there is one"


def test_those_who_can_be_assigned_come_without_apps_and_us(house: JiraHouse) -> None:
    assert {actor.account for actor in house.connect().assignable(OPS)} == {"ana", "ben", "root"}


# --- Data Center --------------------------------------------------------------------------------


@pytest.fixture
def rig() -> Iterator[ServerRig]:
    with ServerRig() as at:
        yield at


def of_house(rig: ServerRig, wanted: Wanted = WANTED, *, token: str = "bot-token", user: str = "") -> list[Finding]:
    access = Access(Secret(token), timeout_s=20)
    codec = MarkerCodec("tests", b"marker-secret")
    at = JiraTracker("jira", rig.url, user, access, codec, Secret(), rig.clock.now, edition="data-center")
    return list(at.inspect(wanted))


def test_a_data_center_in_order_has_nothing_wrong_and_its_mails_are_told(rig: ServerRig) -> None:
    """P9."""
    findings = of_house(rig, replace(WANTED, has_webhook_secret=True, people={"ana": "Ana"}))
    assert of(findings, Grade.WRONG) == of(findings, Grade.AWAY) == []
    notes = " ".join(of(findings, Grade.NOTE))
    assert "mails the watchers of each edit of a comment: ours are edited once a day at most" in notes
    assert "our comments do not" not in notes
    assert "to https://your-host/webhooks/jira/SECRET" in notes


@pytest.mark.parametrize(
    ("user", "secret", "todo", "page"),
    [
        pytest.param("", "stolen", "make a new personal access token", "user-personal-access-tokens", id="token"),
        pytest.param("bot", "stolen", "Look at `user` and its password", "user-personal-access-tokens", id="password"),
    ],
)
def test_a_credential_that_a_data_center_does_not_take_is_mended_there(
    rig: ServerRig, user: str, secret: str, todo: str, page: str
) -> None:
    (finding,) = of_house(rig, token=secret, user=user)
    assert (finding.grade, todo in finding.todo, finding.where.startswith(rig.url)) == (Grade.WRONG, True, True)
    assert finding.where.endswith(page)


_SOON, _LATE, _PAST = START + dt.timedelta(days=5), START + dt.timedelta(days=90), START - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("tokens", "grade", "said"),
    [
        pytest.param({"us": _LATE}, Grade.GOOD, f"The token is good until {_LATE:%Y-%m-%d}.", id="late"),
        pytest.param({"us": _SOON}, Grade.NOTE, f"The token ends on {_SOON:%Y-%m-%d}.", id="soon"),
        pytest.param({"old": _PAST, "us": _SOON}, Grade.NOTE, f"The token ends on {_SOON:%Y-%m-%d}.", id="one is past"),
        pytest.param(
            {"us": _LATE, "other": _SOON, "more": None},
            Grade.NOTE,
            f"Of our account's 3 tokens other ends first, on {_SOON:%Y-%m-%d}.",
            id="which is ours is not told",
        ),
    ],
)
def test_when_a_personal_access_token_ends_is_told(
    rig: ServerRig, tokens: dict[str, dt.datetime | None], grade: Grade, said: str
) -> None:
    rig.api.token_ends["bot"] = tokens
    assert any(said in sentence for sentence in of(of_house(rig), grade))


@pytest.mark.parametrize(
    ("tokens", "user", "token"),
    [
        pytest.param({"us": None}, "", "bot-token", id="no-end"),
        pytest.param({}, "", "bot-token", id="none"),
        pytest.param({"us": _LATE, "other": None}, "", "bot-token", id="several, none soon"),
        pytest.param({"us": _SOON}, "bot", "bot-password", id="a password"),
    ],
)
def test_of_an_end_that_is_not_ours_or_not_there_nothing_is_said(
    rig: ServerRig, tokens: dict[str, dt.datetime | None], user: str, token: str
) -> None:
    rig.api.token_ends["bot"] = tokens
    about = [finding.found for finding in of_house(rig, token=token, user=user) if finding.about == "token"]
    assert about == ["The token is taken; Aftermath writes as Aftermath."]


def test_people_and_roles_are_looked_for_on_a_data_center_s_own_pages(rig: ServerRig) -> None:
    findings = of_house(rig, replace(WANTED, people={"rea": "Rea", "typo": "Tim"}))
    assert [(f.found, f.where.removeprefix(rig.url)) for f in findings if f.grade is Grade.WRONG] == [
        ("Rea cannot be assigned in OPS.", "/plugins/servlet/project-config/OPS/roles"),
        ("Tim: Jira knows no account typo.", "/secure/admin/user/UserBrowser.jspa"),
    ]
