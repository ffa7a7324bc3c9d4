"""The pack `stale-only`: its texts as people will read them, and that it does nothing else.

What it says when is held by its own tests (`rules/packs/stale-only/tests`). The rendered texts lie in
`golden/stale-only`; run with `GOLDEN=write` to write them anew, then read them aloud.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rules.language.policy_file import PACKS, load_policy, pack_path
from rules.policy import SayDo, Subject
from rules.texts import link, mention
from rules.views import Markdown, ReplyView, TextView, TicketView

GOLDEN = Path(__file__).parent / "golden" / "stale-only"
POLICY = load_policy(pack_path("stale-only"))
OWN = {path.name for path in (PACKS / "stale-only" / "templates").glob("*.md")}
ADA, GRACE = mention("Ada Byron", "ada"), mention("Grace Murray", "grace")
_URL = "https://github.example/acme/shop/issues/7"
TICKET = TicketView("acme/shop#7", "Move the backups", _URL, link("acme/shop#7", _URL), "Ada Byron", "", "open")
STALE = TextView(
    ticket=TICKET,
    failure=TICKET,
    post_mortem=None,
    actions=(),
    severity=3,
    generation=1,
    phase="active",
    asked=("Ada Byron",),
    mentions=ADA,
    owner="Ada Byron",
    late="10 business days",
    vars=POLICY.variables,
)
HELP = ReplyView(ADA, (), asks_help=True, asks_case=False, asks_approval=False, approvers=Markdown(""), proposer="")
RENDERED = [
    ("owner", "stale.md", STALE),
    ("lead", "stale.md", replace(STALE, asked=("Grace Murray",), mentions=GRACE)),
    (
        "nobody",
        "stale.md",
        replace(STALE, ticket=replace(TICKET, owner=""), owner="", asked=("Grace Murray",), mentions=GRACE),
    ),
    ("late", "stale.md", replace(STALE, ticket=replace(TICKET, due="2026-03-13"))),
    ("after-a-snooze", "stale.md", replace(STALE, rested_until="2026-03-20")),
    ("help", "stale-reply.md", replace(STALE, reply=HELP)),
    ("case", "stale-reply.md", replace(STALE, reply=replace(HELP, asks_help=False, asks_case=True))),
    (
        "refused",
        "stale-reply.md",
        replace(
            STALE,
            reply=replace(HELP, asks_help=False, remarks=(Markdown("`/snoze` is no command"),), is_mendable=True),
        ),
    ),
]


@pytest.mark.parametrize(("golden", "template", "view"), RENDERED, ids=[name for name, _, _ in RENDERED])
def test_a_text_reads_as_it_was_approved(golden: str, template: str, view: TextView) -> None:
    text = POLICY.templates.render(template, view) + "\n"
    path = GOLDEN / f"{golden}.md"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_template_of_its_own_has_an_approved_text() -> None:
    assert {template for _, template, _ in RENDERED} == OWN


def test_it_opens_writes_and_closes_nothing() -> None:
    """Reminders and escalation, for those who want nothing else: it only speaks."""
    dos = [do for rule in POLICY.rules for do in rule.do]
    dos += [do for rule in POLICY.rules if rule.ladder for rung in rule.ladder.rungs for do in rung.do]
    assert {type(do) for do in dos} == {SayDo}
    assert {rule.subject for rule in POLICY.rules} == {Subject.FAILURE, Subject.COMMENT}


def test_its_help_names_commands_that_there_are_on_what_it_looks_at() -> None:
    told = POLICY.templates.render("stale-reply.md", replace(STALE, reply=HELP))
    assert set(re.findall(r"^\| `/([a-z-]+)", told, re.MULTILINE)) == {"snooze", "owner", "case"}


def test_its_texts_blame_nobody_and_say_how_to_stop() -> None:
    for name, template, view in RENDERED:
        text = POLICY.templates.render(template, view)
        assert not re.search(r"\b(must|should have|fail(?:ed|s) to|blame|ignor\w+)\b", text, re.IGNORECASE), name
        assert template != "stale.md" or "takes the label off" in text
