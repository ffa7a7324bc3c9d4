"""What is found when a GitHub server is looked over for a person, before anything runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.access import Access, Secret
from connectors.github.tracker import GitHubTracker
from connectors.inspection import OWN_ACCOUNT, WEBHOOK, Finding, Grade, Wanted
from connectors.markers import MarkerCodec
from connectors.tracker import Draft
from tests.connectors.github.company import SHOP, VAULT, Company, new_tracker
from tests.connectors.github.conftest import MARKER, make_tracker
from tests.connectors.github.scripted import Reply, Scripted

WANTED = Wanted(
    places=(SHOP,),
    opened={SHOP: ("Task",)},
    failure_labels=("failure",),
    labels=("aftermath", "escalated"),
    webhook_path="/webhooks/github",
)


def looked_over(acme: Company, wanted: Wanted = WANTED, us: str = "aftermath") -> list[Finding]:
    return list(new_tracker(acme.sandbox, us, 5, []).inspect(wanted))


def of(findings: list[Finding], grade: Grade) -> list[str]:
    return [f"{finding.found} {finding.todo}".strip() for finding in findings if finding.grade is grade]


def test_a_repository_in_order_has_nothing_wrong_and_nothing_was_written(acme: Company) -> None:
    """P13: to look is not to touch."""
    acme.site.places["acme/shop"].labels["failure"] = "ff0000"
    findings = looked_over(acme, replace(WANTED, people={"ada": "Ada", "ben": "Ben"}))
    assert of(findings, Grade.WRONG) == of(findings, Grade.AWAY) == []
    good = " ".join(of(findings, Grade.GOOD))
    for words in (
        "writes as aftermath",
        "acme/shop is there",
        "scopes are enough: repo",
        "No sign that aftermath is a person's",
        "aftermath, escalated: not yet a label",
        "2 people of the people file can be assigned",
    ):
        assert words in good
    # A question to GraphQL is sent by POST.
    assert {request.method for request in acme.api.asked if request.path != "/graphql"} == {"GET"}


def test_where_graphql_is_refused_it_is_said_what_is_not_seen(acme: Company) -> None:
    acme.api.graphql.is_refused = True
    (said,) = [sentence for sentence in of(looked_over(acme), Grade.NOTE) if "Who edits texts in acme/shop" in sentence]
    assert "FORBIDDEN" in said
    assert "ticking an item in an issue there is no progress" in said


def _archive(acme: Company) -> None:
    acme.site.places["acme/shop"].is_archived = True


def _switch_issues_off(acme: Company) -> None:
    acme.site.places["acme/shop"].has_issues = False


def _rename(acme: Company) -> None:
    acme.site.places["acme/store"] = acme.site.places.pop("acme/shop")


def _only_read(acme: Company) -> None:
    acme.site.accounts["aftermath"].default_rights = "read"


def _few_scopes(acme: Company) -> None:
    acme.api.scopes["aftermath"] = "gist, read:org"


@pytest.mark.parametrize(
    ("spoil", "said", "where"),
    [
        pytest.param(_archive, "acme/shop is archived", "/acme/shop/settings", id="archived"),
        pytest.param(_switch_issues_off, "Issues are switched off", "/acme/shop/settings", id="no-issues"),
        pytest.param(_rename, "acme/shop is not on GitHub, or aftermath cannot see it", "/access", id="not-there"),
        pytest.param(_only_read, "aftermath may only read acme/shop", "/acme/shop/settings", id="only-read"),
        pytest.param(_few_scopes, "not enough: gist, read:org. Add the scope repo.", "/settings/tokens", id="scopes"),
    ],
)
def test_what_is_wrong_is_told_with_the_page_to_mend_it_on(
    acme: Company, spoil: Callable[[Company], None], said: str, where: str
) -> None:
    spoil(acme)
    findings = looked_over(acme)
    (wrong,) = [finding for finding in findings if finding.grade is Grade.WRONG]
    assert said in f"{wrong.found} {wrong.todo}"
    assert wrong.where.endswith(where)


def test_a_token_that_is_not_taken_ends_the_look(acme: Company) -> None:
    findings = looked_over(acme, us="nobody")
    assert [finding.grade for finding in findings] == [Grade.WRONG]
    assert "The token is not taken" in findings[0].found
    assert "nobody-token" not in repr(findings)


def test_a_server_that_is_away_is_told_as_such(acme: Company) -> None:
    tracker = new_tracker(acme.sandbox, "aftermath", 5, [])
    acme.sandbox.stop()
    assert [finding.grade for finding in tracker.inspect(WANTED)] == [Grade.AWAY]


def test_public_repositories_are_content_with_a_scope_for_public_ones(acme: Company) -> None:
    acme.api.scopes["aftermath"] = "public_repo"
    assert not of(looked_over(acme), Grade.WRONG)
    assert "not enough" in " ".join(of(looked_over(acme, replace(WANTED, places=(SHOP, VAULT))), Grade.WRONG))


def test_of_a_fine_grained_token_it_is_said_what_cannot_be_known(acme: Company) -> None:
    acme.api.scopes["aftermath"] = None
    assert any("Issues: read and write" in note for note in of(looked_over(acme), Grade.NOTE))


@pytest.mark.parametrize(
    ("ends", "grade"),
    [
        pytest.param("2026-11-10 09:00:00 UTC", Grade.NOTE, id="soon"),
        pytest.param("2027-10-01 09:00:00 UTC", Grade.GOOD, id="next-year"),
        pytest.param("2027-10-01 09:00:00 +0200", Grade.GOOD, id="another-zone"),
    ],
)
def test_the_end_of_a_token_is_told(server: Scripted, ends: str, grade: Grade) -> None:
    headers = {"github-authentication-token-expiration": ends}
    server.on("GET", "/user", *[Reply(body={"login": "aftermath", "type": "User"}, headers=headers)] * 3)
    findings = [f for f in make_tracker(server.url, []).inspect(replace(WANTED, places=())) if ends[:10] in f.found]
    assert [finding.grade for finding in findings] == [grade]


# --- whose account ------------------------------------------------------------------------------


def _in_people_file(_: Company) -> dict[str, Any]:
    return {"people": {"Aftermath": "Ada"}}


def _wrote_an_issue(acme: Company) -> dict[str, Any]:
    acme.open(by="aftermath")
    return {}


def _wrote_a_comment(acme: Company) -> dict[str, Any]:
    acme.site.comment_on("aftermath", acme.open().key, "I am looking into it")
    return {}


@pytest.mark.parametrize(
    ("live", "sign"),
    [
        pytest.param(_in_people_file, "the people file says that it is Ada's", id="people-file"),
        pytest.param(_wrote_an_issue, "it wrote acme/shop#1 by hand", id="issue-by-hand"),
        pytest.param(_wrote_a_comment, "it wrote acme/shop#1 by hand", id="comment-by-hand"),
    ],
)
def test_a_person_s_account_is_known_by_its_signs(
    acme: Company, live: Callable[[Company], dict[str, Any]], sign: str
) -> None:
    more = live(acme)
    (own,) = [f for f in looked_over(acme, replace(WANTED, **more)) if f.about == OWN_ACCOUNT]
    assert own.grade is Grade.WRONG
    assert sign in own.found


def test_the_owner_of_the_repository_is_a_person(acme: Company) -> None:
    acme.site.add_account("acme", "Ada at home", default_rights="admin")
    (own,) = [f for f in looked_over(acme, us="acme") if f.about == OWN_ACCOUNT]
    assert "acme/shop belongs to it" in own.found


def test_what_aftermath_wrote_is_no_sign_of_a_person(acme: Company) -> None:
    """Nor is a ticket of ours whose body somebody wrote anew: it still has our label."""
    ours = acme.tracker.open_ticket(Draft(SHOP, "Post-mortem", "…", labels=("aftermath",)), MARKER)
    acme.tracker.post_comment(ours.ref, "Hello", MARKER)
    acme.site.ticket(ours.ref.key).body = "Written anew"
    (own,) = [f for f in looked_over(acme) if f.about == OWN_ACCOUNT]
    assert own.grade is Grade.GOOD


def test_a_bot_s_account_needs_no_looking(acme: Company) -> None:
    acme.site.accounts["aftermath"].is_bot = True
    acme.open(by="aftermath")
    (own,) = [f for f in looked_over(acme) if f.about == OWN_ACCOUNT]
    assert own.grade is Grade.GOOD


def test_markers_that_another_secret_signed_are_told_before_everything_is_opened_again(acme: Company) -> None:
    """P1: with a new secret our own tickets would be strangers."""
    other = MarkerCodec("tests", b"the secret of last year")
    url, now = acme.sandbox.url("github"), acme.sandbox.clock.now
    before = GitHubTracker("github", url, Access(Secret("aftermath-token")), other, Secret(), now=now)
    before.open_ticket(Draft(SHOP, "Post-mortem", "…", labels=("aftermath",)), MARKER)
    (wrong,) = of(looked_over(acme), Grade.WRONG)
    assert "acme/shop#1 with a marker that this installation did not sign" in wrong


# --- labels and people --------------------------------------------------------------------------


def test_a_missing_failure_label_is_worth_a_word_and_one_that_we_may_not_make_is_wrong(acme: Company) -> None:
    assert any("No label failure in acme/shop yet" in note for note in of(looked_over(acme), Grade.NOTE))
    acme.site.accounts["aftermath"].default_rights = "triage"
    findings = looked_over(acme)
    assert any("cannot make the label aftermath, escalated" in wrong for wrong in of(findings, Grade.WRONG))
    assert any("Commands (/ack, /due, …) are not obeyed" in note for note in of(findings, Grade.NOTE))


def test_labels_are_compared_as_github_does_without_regard_to_case(acme: Company) -> None:
    acme.site.places["acme/shop"].labels.update({"Failure": "ff0000", "AFTERMATH": "0000ff", "Escalated": "00ff00"})
    assert of(looked_over(acme), Grade.NOTE) == []


def test_people_who_are_not_there_and_who_cannot_be_assigned_are_told_apart(acme: Company) -> None:
    acme.site.add_account("olga", "Olga", default_rights="none")
    acme.site.places["acme/shop"].is_public = False
    people = {"ada": "Ada", "olga": "Olga Out", "typo": "Tim Typo"}
    olga, tim = of(looked_over(acme, replace(WANTED, people=people)), Grade.WRONG)
    assert olga.startswith("Olga Out (olga) cannot be assigned in acme/shop. Invite olga to acme/shop")
    assert tim == "Tim Typo: there is nobody called typo on GitHub. Mend it in the people file."


# --- webhooks -----------------------------------------------------------------------------------

HOOK = "http://127.0.0.1:9/webhooks/github"


@pytest.fixture
def run_by_admins(acme: Company) -> Company:
    """Our account administers the repository, so that it is shown its hooks."""
    acme.site.accounts["aftermath"].default_rights = "admin"
    return acme


def hook_findings(acme: Company, **more: Any) -> list[Finding]:
    wanted = replace(WANTED, **{"has_webhook_secret": True, **more})
    return [finding for finding in looked_over(acme, wanted) if finding.about == WEBHOOK]


def subscribe(acme: Company, **more: Any) -> None:
    given = {"container": "acme/shop", "secret": "s3cret", **more}
    acme.sandbox.courier.subscribe("github", "github", HOOK, **given)


def test_a_hook_in_order_is_good(run_by_admins: Company) -> None:
    subscribe(run_by_admins)
    assert [finding.grade for finding in hook_findings(run_by_admins)] == [Grade.GOOD]


def test_nothing_is_said_of_webhooks_that_nobody_waits_for(acme: Company) -> None:
    """GitHub shows them to administrators alone, and without a secret there is none to miss."""
    assert hook_findings(acme, has_webhook_secret=False) == []
    assert hook_findings(acme, is_delivered_to=True) == [], "deliveries arrive, so there is a hook"
    assert ["shown to its administrators only" in one.found for one in hook_findings(acme)] == [True]


@pytest.mark.parametrize(
    ("hook", "wanted", "said"),
    [
        pytest.param({"secret": ""}, {}, "has no secret, so what it brings is refused", id="without-secret"),
        pytest.param({}, {"has_webhook_secret": False}, "there is no webhook_secret", id="nothing-to-verify-with"),
        pytest.param(
            {"events": ("issues",)}, {}, "says nothing of issue_comment, label, repository, sub_issues", id="events"
        ),
        pytest.param({"container": "acme/vault"}, {}, "No webhook of acme/shop ends in", id="elsewhere"),
    ],
)
def test_a_hook_that_does_not_bring_the_news_is_told(
    run_by_admins: Company, hook: dict[str, Any], wanted: dict[str, Any], said: str
) -> None:
    subscribe(run_by_admins, **hook)
    (finding,) = hook_findings(run_by_admins, **wanted)
    assert finding.grade is not Grade.GOOD
    assert said in finding.found
    assert "/settings/hooks" in finding.where


def test_failed_deliveries_are_counted(run_by_admins: Company) -> None:
    """GitHub never sends them again by itself. Nothing listens on port 9."""
    subscribe(run_by_admins)
    run_by_admins.open()
    assert run_by_admins.sandbox.wait_idle()
    (finding,) = hook_findings(run_by_admins)
    assert finding.grade is Grade.WRONG
    assert "1 of its last 1 deliveries failed (failed to connect to host)" in finding.found


def test_hooks_are_unknown_to_who_does_not_administer_the_repository(acme: Company) -> None:
    subscribe(acme)
    (finding,) = hook_findings(acme)
    assert finding.grade is Grade.NOTE
    assert "shown to its administrators only" in finding.found


# --- who works there ----------------------------------------------------------------------------


def test_those_who_can_be_assigned_come_with_their_names_and_without_bots_and_us(acme: Company) -> None:
    acme.site.places["acme/shop"].is_public = False
    names = {actor.account: actor.name for actor in acme.tracker.assignable(SHOP)}
    assert names == {"ada": "Ada Lovelace", "ben": "Ben Bitdiddle", "tom": "Tom Tester", "eve": "Eve Reader"}
