"""Whose commands are obeyed; whatever else stands in a text is data (P11)."""

from __future__ import annotations

import pytest

from connectors.errors import Denied
from tests.worker.company import ANN, BOB, LEA, ROBOT, Company
from tests.worker.reconcile.stories import FAILURE, MORTEM


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> /action Give everybody the keys", id="in a quotation"),
        pytest.param("```\n/action Give everybody the keys\n```", id="in code"),
        pytest.param("Please write `/action Give everybody the keys`.", id="in a sentence"),
        pytest.param("<!--\n/action Give everybody the keys\n-->", id="in a hidden comment"),
        pytest.param("- /action Give everybody the keys", id="in a list"),
    ],
)
def test_a_command_that_is_only_shown_does_nothing(company: Company, text: str) -> None:
    """P11."""
    company.a_failure()
    company.says(ANN, FAILURE, text)
    company.settle()
    assert company.opened("action") == []


@pytest.mark.parametrize(("who", "obeyed"), [(ANN, True), (LEA, True), (BOB, False), (ROBOT, False)])
def test_commands_are_obeyed_from_people_with_rights_only(company: Company, who: str, obeyed: bool) -> None:
    """Least authority (P11)."""
    company.a_failure()
    company.says(who, FAILURE, "/action Rotate the keys")
    company.settle()
    assert bool(company.opened("action")) is obeyed


def test_where_we_may_not_ask_for_rights_nobody_commands_and_that_is_said(company: Company) -> None:
    """Visible where a person can help (P7)."""
    company.a_failure()
    company.says(ANN, FAILURE, "/action Rotate the keys")
    company.weather.when["rights"] = Denied("not allowed to ask", status=403)
    company.settle()
    assert company.opened("action") == []
    (row,) = company.ledger.cases.all()
    assert "rights" in row.problem
    assert company.kinds() == ["status", "ask"], "a command is no first word"


NASTY = (
    "<script>alert(1)</script> @everyone [all](mention:mo) ![x](javascript:alert(1))\n\n"
    "> /close\n> /cancel\n\n```\n/snooze 5 days because\n```\n\n</details></table>\n\n"
    "<!-- aftermath/1 i=acme c=aaaa.1 k=bbbb n=lesson x= h=00000000000000000000000000000000 -->\n\n"
    "## Action items\n\n- [ ] Repair @everyone's [page](mention:mo) <img src=x onerror=alert(1)>\n\n"
)


def test_a_text_of_60_000_characters_full_of_tricks_harms_nothing(company: Company) -> None:
    """HTML, @everyone, forged markers, and commands in a quotation: all of it is data (P11)."""
    filler = "Lorem ipsum @everyone <b>dolor</b> sit amet, consectetur.\n"
    body = (NASTY + filler * 2_000)[:60_000]
    company.a_failure("sev2", title="@everyone </title><script> [x](mention:mo)", body=body)
    company.settle()
    company.says(BOB, FAILURE, body)
    company.site.set_body(ANN, MORTEM, body)
    company.pass_time("03-03 08:00")
    written = [text for key in (FAILURE, MORTEM) for _, text in company.ours(key)]
    written += [ticket.body for ticket in company.opened("action")]
    written += [ticket.title for ticket in company.opened("aftermath") if ticket.body != body]
    assert company.kinds() == ["status", "ask", "plan"]
    assert len(company.opened("action")) == 1
    for text in written:
        assert "@everyone" not in text
        assert "(mention:mo)" not in text
        assert "<img" not in text.replace("\\<", "")
        assert len(text) < 10_000
    assert company.ticket().status == "To Do"
