"""The private channel through apprise, over real HTTP: what arrives, what is refused, and that nothing gives an address
away."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import requests

from connectors.errors import Ambiguous, Refused, TrackerError
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.letters import LETTERS, Letters
from connectors.sandbox.server import Sandbox
from rules.calendar_entry import calendar_entry
from tests.worker.company import at
from worker.private_channel import AppriseChannel, NoChannel

BODY = "Hello Ada,\n\n- **one**\n- two\n\n```\n/snooze 5 days\n```"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(SandboxClock(at("03-02 09:00")))
    sandbox.mount(Letters(sandbox.world))
    with sandbox:
        yield sandbox


def box(sandbox: Sandbox, person: str) -> str:
    return f"{sandbox.url(LETTERS)}/{person}".replace("http://", "json://")


def test_a_message_arrives_as_it_was_written(sandbox: Sandbox) -> None:
    AppriseChannel().send_privately([box(sandbox, "ada")], "For you", BODY)
    assert [(one.to, one.title, one.body) for one in sandbox.world.letters] == [("ada", "For you", BODY)]
    shown = requests.get(f"{sandbox.url(LETTERS)}/ada", timeout=10).json()
    assert shown == [{"at": "2026-03-02T09:00:00+00:00", "to": "ada", "title": "For you", "body": BODY, "calendar": ""}]
    assert requests.get(f"{sandbox.url(LETTERS)}/ben", timeout=10).json() == []


def test_somebody_with_two_addresses_is_reached_at_both(sandbox: Sandbox) -> None:
    AppriseChannel().send_privately([box(sandbox, "phone"), box(sandbox, "desk")], "For you", BODY)
    assert sorted(one.to for one in sandbox.world.letters) == ["desk", "phone"]


def test_an_address_that_cannot_be_understood_keeps_all_from_being_written_to(sandbox: Sandbox) -> None:
    """So that it is certain that nothing was sent, and can be tried again once it was mended."""
    with pytest.raises(Refused):
        AppriseChannel().send_privately([box(sandbox, "ada"), "nonsense://secret"], "For you", BODY)
    assert sandbox.world.letters == []


@pytest.mark.parametrize("addresses", [[], ["nonsense://secret-token"]], ids=["nobody", "no-service"])
def test_nobody_to_write_to_is_a_refusal(addresses: list[str]) -> None:
    for channel in (AppriseChannel(), NoChannel()):
        with pytest.raises(Refused):
            channel.send_privately(addresses, "For you", BODY)


@pytest.mark.parametrize("path", ["?retry=5", ""], ids=["an-address-that-asks-for-more-tries", "plain"])
def test_there_is_one_try_whatever_the_address_says(sandbox: Sandbox, path: str) -> None:
    """P3."""
    url = f"{sandbox.url(LETTERS)}/a/b{path}".replace("http://", "json://")
    with pytest.raises(Ambiguous):
        AppriseChannel().send_privately([url], "For you", BODY)
    assert sandbox.counts.writes(LETTERS) == 1


def test_an_error_says_what_kind_of_channel_it_was() -> None:
    """P7, P10: somebody has to find the service to mend, and nobody has to know whom it reaches."""
    addresses = ["json://user:secret-word@127.0.0.1:1/topic", "form://127.0.0.1:1"]
    for given, kinds in ((addresses[:1], "JSON"), (addresses, "Form or JSON")):
        with pytest.raises(Ambiguous) as caught:
            AppriseChannel().send_privately(given, "For you", BODY)
        told = f"a private channel ({kinds}) did not say that it took the message; it is not sent a second time"
        assert str(caught.value) == told


def test_neither_an_error_nor_a_log_shows_an_address(caplog: pytest.LogCaptureFixture) -> None:
    """P10, P11."""
    caplog.set_level(logging.INFO)
    for address in ("json://user:secret-word@127.0.0.1:1/secret-topic", "nonsense://secret-token"):
        with pytest.raises(TrackerError) as caught:
            AppriseChannel().send_privately([address], "For you", BODY)
        assert "secret" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert "secret" not in caplog.text


def test_a_calendar_entry_comes_along_as_a_file(sandbox: Sandbox) -> None:
    entry = calendar_entry(
        "abc@aftermath", 1, at("03-02 09:00"), at("03-09 10:00"), at("03-09 11:00"), "Prüfung; heute"
    )
    AppriseChannel().send_privately([box(sandbox, "ada")], "Review", BODY, entry)
    (letter,) = sandbox.world.letters
    assert (letter.title, letter.body, letter.calendar) == ("Review", BODY, entry)
