"""The independent model knows who is replied to: those who give a command without rights, once a ticket."""

from __future__ import annotations

import pytest

from tests.simulation.expected_worlds import ANN, BOB, FAILURE, Step, found, play, says, step

SMALL = [
    step("01-05 09:00", "failure", lambda s: s.fail("sev3")),
    says("01-05 09:03", "status", FAILURE, "status"),
    says("01-05 09:03", "ask", FAILURE, "ask", ANN),
    step("01-05 10:00", "ack", lambda s: s.comment(ANN, FAILURE, "/ack on it")),
]


def _bump(when: str, body: str = "/ack") -> Step:
    return step(when, f"bump {when}", lambda s: s.comment(BOB, FAILURE, body))


def _reply(when: str, *mentions: str) -> Step:
    return says(when, f"reply {when}", FAILURE, "reply", *mentions)


@pytest.mark.parametrize(
    ("steps", "violations"),
    [
        pytest.param([_bump("01-05 11:00"), _reply("01-05 11:03", BOB)], set(), id="told"),
        pytest.param([_bump("01-05 11:00")], {("missing", FAILURE)}, id="not told"),
        pytest.param([_bump("01-05 11:00"), _reply("01-05 11:03", ANN)],
                     {("missing", FAILURE), ("wrong", FAILURE)}, id="somebody else was told"),
        pytest.param([_bump("01-05 11:00"), _bump("01-06 11:00"), _reply("01-05 11:03", BOB)], set(), id="told once"),
        pytest.param([_bump("01-05 11:00"), _reply("01-05 11:03", BOB), _reply("01-06 11:03", BOB)],
                     {("twice", FAILURE)}, id="told twice"),
        pytest.param([_reply("01-05 11:03", BOB)], {("wrong", FAILURE)}, id="told for nothing"),
        pytest.param([_bump("01-05 11:00", "bump"), _reply("01-05 11:03", BOB)], {("wrong", FAILURE)}, id="no command"),
        pytest.param([_bump("01-05 11:00", "> /ack")], set(), id="quoted"),
        pytest.param([_bump("01-12 11:45")], set(), id="there is time still"),
        pytest.param([_bump("01-12 11:00")], {("missing", FAILURE)}, id="nobody waits for another day"),
    ],
)  # fmt: skip
def test_a_reply_is_wanted_where_somebody_commands_without_rights(
    steps: list[Step], violations: set[tuple[str, str]]
) -> None:
    assert found(play([*SMALL, *steps], ended_at="01-12 12:00")) == violations


def test_a_reply_asks_nobody_for_anything() -> None:
    """What is written after it is no answer to a ladder that has not spoken yet."""
    quiet = [one for one in SMALL if one.name != "ack"]
    steps = [_bump("01-05 11:00"), _reply("01-05 11:03", BOB)]
    assert ("missing", FAILURE) in found(play([*quiet, *steps], ended_at="01-07 12:00"))
