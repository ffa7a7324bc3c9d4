"""Leadership and the digest's readers, as the people file names them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.digest_plan import DigestPlan
from rules.facts import Audience
from rules.language.digest_reading import LEADERSHIP_CHANNEL
from rules.language.people_file import PeopleError, load_people
from rules.policy import People

ENVIRON = {
    "ADA": "ntfys://ntfy.example/secret-ada",
    "GRACE": "ntfys://ntfy.example/secret-grace",
    "BOARD": "ntfys://ntfy.example/secret-board",
    "SHOP": "ntfys://ntfy.example/secret-shop",
}
PEOPLE = """\
default_lead: grace
people:
  ada: {name: Ada, notify: "${ADA}"}
  grace: {name: Grace, notify: "${GRACE}"}
  mel: {name: Mel}
"""


def read(folder: Path, text: str, environ: dict[str, str] | None = ENVIRON) -> People:
    path = folder / "people.yaml"
    path.write_text(text + PEOPLE, encoding="utf-8")
    return load_people(path, environ)


def readers(plan: DigestPlan) -> list[tuple[str, str, int]]:
    return [(one.id, one.audience.value, len(one.addresses)) for one in plan.readers]


@pytest.mark.parametrize(
    ("written", "leadership"),
    [
        pytest.param("[ada, mel]", [("ada", 1), ("mel", 0)], id="people"),
        pytest.param("ada", [("ada", 1)], id="one-person"),
        pytest.param('"${BOARD}"', [(LEADERSHIP_CHANNEL, 1)], id="a-channel"),
        pytest.param('["${BOARD}", ada, "${SHOP}", ada]', [("ada", 1), (LEADERSHIP_CHANNEL, 2)], id="all-sorts"),
        pytest.param("[]", [], id="nobody"),
    ],
)
def test_leadership_is_people_and_channels_of_their_own(
    tmp_path: Path, written: str, leadership: list[tuple[str, int]]
) -> None:
    people = read(tmp_path, f"leadership: {written}\n")
    assert [(one.id, len(one.notify)) for one in people.leadership] == leadership
    assert "secret" not in repr(people)


@pytest.mark.parametrize(
    ("written", "there_are"),
    [
        pytest.param("{}", [], id="nobody"),
        pytest.param("{internal: [ada]}", [("ada", "internal", 1)], id="a-person"),
        pytest.param("{public: leads}", [("grace", "public", 1)], id="leads"),
        pytest.param(
            "{internal: [leadership]}", [("mel", "internal", 0), ("leadership", "internal", 1)], id="leadership"
        ),
        pytest.param(
            '{internal: ["${SHOP}"], public: [ada]}',
            [("${SHOP}", "internal", 1), ("ada", "public", 1)],
            id="a-team-s-channel",
        ),
        pytest.param("{internal: [grace], public: [leads]}", [("grace", "internal", 1)], id="the-wider-one-counts"),
    ],
)
def test_readers_are_named_by_what_they_may_read_of(
    tmp_path: Path, written: str, there_are: list[tuple[str, str, int]]
) -> None:
    people = read(tmp_path, f'leadership: [mel, "${{BOARD}}"]\ndigest: {written}\n')
    assert readers(people.digest) == there_are
    assert people.digest.is_on == bool(there_are)


def test_one_address_gets_one_digest_whoever_shares_it(tmp_path: Path) -> None:
    shared = ENVIRON | {"GRACE": ENVIRON["ADA"]}
    plan = read(tmp_path, "digest: {internal: [ada, grace], public: [mel]}\n", shared).digest
    assert readers(plan) == [("ada", "internal", 1), ("mel", "public", 0)]


def test_a_digest_goes_on_monday_at_nine_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    plain = read(tmp_path, "digest: {internal: [ada]}\n").digest
    other = read(tmp_path, 'digest: {internal: [ada], day: fri, at: "16:30"}\n').digest
    assert (plain.weekday, plain.at) == (1, dt.time(9))
    assert (other.weekday, other.at) == (5, dt.time(16, 30))


def test_without_an_environment_a_channel_is_named_and_has_no_address(tmp_path: Path) -> None:
    people = read(tmp_path, 'leadership: "${BOARD}"\ndigest: {internal: ["${SHOP}"]}\n', None)
    assert people.leadership == ()
    assert [(one.id, one.audience, one.addresses) for one in people.digest.readers] == [
        ("${SHOP}", Audience.INTERNAL, ())
    ]


@pytest.mark.parametrize(
    "text",
    [
        'leadership: [bob, "ntfys://ntfy.sh/secret"]\n',
        'leadership: "ntfys://ntfy.sh/secret"\n',
        'digest: {internal: [bob, "ntfys://ntfy.sh/secret"]}\n',
        'digest: {public: ["ntfys://ntfy.sh/secret", "ntfys://ntfy.sh/secret"]}\n',
        'digest: {public: ["${NOT_SET}"], wrong: "ntfys://ntfy.sh/secret"}\n',
    ],
    ids=["beside-a-stranger", "leadership", "in-a-list", "twice", "under-an-unknown-key"],
)
def test_no_mistake_shows_an_address(tmp_path: Path, text: str) -> None:
    """P11."""
    with pytest.raises(PeopleError) as caught:
        read(tmp_path, text)
    assert "secret" not in str(caught.value)
