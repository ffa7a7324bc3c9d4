"""The people of a simulated company, their accounts and their trackers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import MappingProxyType

from connectors.sandbox.world import World
from rules.policy import People, Person

OURS = "aftermath-bot"
REPOSITORY = "acme/shop"
PROJECT = "OPS"
TEAM = ("ada", "ben", "cleo")
LEAD, MANAGER, PASSER_BY, BOT = "grace", "mel", "pat", "dependabot"


def company(now: Callable[[], dt.datetime]) -> World:
    """A repository, a project and the people who work there."""
    world = World(now)
    for name, kind, place in (("github", "github", REPOSITORY), ("jira", "jira", PROJECT)):
        site = world.add_site(name, kind)
        site.add_place(place)
        for account in (*TEAM, LEAD, MANAGER, OURS):
            site.add_account(account)
        site.add_account(PASSER_BY, default_rights="read")
        site.add_account(BOT, is_bot=True)
    return world


def letters_to(account: str) -> str:
    """The address of somebody's private channel."""
    return f"letter://{account}"


def people_file() -> People:
    """The people file of that company."""
    everybody = (*TEAM, LEAD, MANAGER)
    people = {
        account: Person(
            id=account,
            name=account.capitalize(),
            accounts=MappingProxyType({"github": account, "jira": account}),
            lead=LEAD if account in TEAM else "",
            manager=MANAGER if account != MANAGER else "",
            notify=(letters_to(account),),
        )
        for account in everybody
    }
    return People(people=people, default_lead=LEAD)
