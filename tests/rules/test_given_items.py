"""`/action` lines and their tickets: an edited comment runs only what is new."""

from __future__ import annotations

import pytest

from rules.commands import parse_commands
from rules.decide import decide
from rules.effects import OpenTicket
from rules.facts import Case, ChangeKind, GoneTicket
from rules.given_items import LINES_BELOW_MAX, possible_ids
from rules.keys import item_id
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, change, ref, says

BACKUPS, KEYS, RUNBOOK = "Rehearse restoring backups", "Rotate the keys", "Write a runbook for the queue"


def the_id(line: int, turn: int = 0) -> str:
    """The id of an item given on that line of comment `c1`, as it stands in trackers."""
    return item_id(f"/action github c1.{line}", turn)


def a_comment(*lines: str) -> Case:
    return a_case(a_failure(comments=(says("c1", "03-03 09:00", "\n".join(lines)),)))


def opened_for(case: Case) -> list[tuple[str, str]]:
    """Title and item of each ticket that is wanted, in order."""
    effects = decide(PACK, case, at("03-03 10:00")).effects
    return [(effect.title, effect.item) for effect in effects if isinstance(effect, OpenTicket) and effect.item]


def with_tickets(case: Case, *opened: tuple[str, str], **fields: object) -> Case:
    """The case, with tickets of those titles for those items."""
    actions = [an_action(3 + number, item=item, title=title, **fields) for number, (title, item) in enumerate(opened)]
    return a_case(case.failure, None, *actions)


def test_an_item_s_id_is_that_of_its_comment_and_line() -> None:
    """These ids stand in markers for years: the literals are for ever."""
    case = a_comment(f"/action {BACKUPS}", "", f"/action {KEYS}")
    assert opened_for(case) == [(BACKUPS, "aan2pxxc3dxp4uxc3azr"), (KEYS, "dktcf3pehidskiw5ntwd")]
    assert [item for _, item in opened_for(case)] == [the_id(0), the_id(2)]


def test_every_id_that_a_comment_s_commands_may_have_had_is_known() -> None:
    """For tickets that lost their marker: the line that stands now with its words, all others without."""
    commands = parse_commands(
        [says("c1", "03-03 09:00", f"We met.\n\n/action {BACKUPS}"), says("c2", "03-03 09:05", "/ack")]
    )
    ids = possible_ids("github", commands)
    assert {item: words for item, words in ids.items() if words} == {the_id(2): BACKUPS}
    assert {the_id(0), the_id(2, 1), the_id(2 + LINES_BELOW_MAX - 1)} <= ids.keys()
    assert item_id("/action github c2.0") not in ids


FIRST_SEEN = [(BACKUPS, the_id(0))]


@pytest.mark.parametrize(
    ("lines", "opened", "wanted"),
    [
        pytest.param([f"/action {BACKUPS}"], FIRST_SEEN, [], id="as it was"),
        pytest.param(["We met today.", "", f"/action {BACKUPS}"], FIRST_SEEN, [], id="moved down"),
        pytest.param(["…", f"/action {BACKUPS}"], [(BACKUPS, the_id(7))], [], id="moved up"),
        pytest.param(
            [f"/action {KEYS}", f"/action {BACKUPS}"], FIRST_SEEN, [(KEYS, the_id(0, 1))], id="another put in above"
        ),
        pytest.param(
            [f"/action {KEYS}", f"/action {BACKUPS}"],
            [*FIRST_SEEN, (KEYS, the_id(0, 1))],
            [],
            id="another put in above, and opened",
        ),
        pytest.param(
            [f"/action {RUNBOOK}", f"/action {KEYS}", f"/action {BACKUPS}"],
            [*FIRST_SEEN, (KEYS, the_id(0, 1))],
            [(RUNBOOK, the_id(0, 2))],
            id="a third above both",
        ),
        pytest.param(
            [f"/action {BACKUPS}", f"/action {KEYS}"], FIRST_SEEN, [(KEYS, the_id(1))], id="another put in below"
        ),
        pytest.param(
            [f"/action {KEYS}", f"/action {BACKUPS}"],
            [*FIRST_SEEN, (KEYS, the_id(1))],
            [],
            id="two that changed places",
        ),
        pytest.param([f"/action {KEYS}"], [*FIRST_SEEN, (KEYS, the_id(1))], [], id="the first taken out"),
        pytest.param(
            [f"/action {KEYS}", f"/action {RUNBOOK}"],
            [*FIRST_SEEN, (KEYS, the_id(1))],
            [(RUNBOOK, the_id(1, 1))],
            id="the first taken out and another put in below",
        ),
        pytest.param(["", f"/action {BACKUPS} every quarter"], FIRST_SEEN, [], id="moved and reworded"),
        pytest.param([f"/action {RUNBOOK}"], FIRST_SEEN, [], id="reworded beyond recognition on its line"),
        pytest.param([f"/action {BACKUPS}", f"/action {BACKUPS}"], FIRST_SEEN, [], id="the same words twice"),
        pytest.param(
            ["", f"/action {BACKUPS}", f"/action {BACKUPS}"],
            [*FIRST_SEEN, (BACKUPS, the_id(1))],
            [],
            id="the same words twice, moved",
        ),
        pytest.param(
            [f"/action {RUNBOOK}"],
            [(KEYS, item_id("/action github c2.0"))],
            [(RUNBOOK, the_id(0))],
            id="another comment's",
        ),
    ],
)
def test_an_edited_comment_opens_only_what_is_new(
    lines: list[str], opened: list[tuple[str, str]], wanted: list[tuple[str, str]]
) -> None:
    assert opened_for(with_tickets(a_comment(*lines), *opened)) == wanted


def test_a_ticket_with_another_title_by_now_is_known_by_the_one_it_had() -> None:
    renamed = change("r1", "03-03 09:30", ChangeKind.RENAMED, old=BACKUPS, new="Disaster drill, see the wiki")
    case = with_tickets(
        a_comment("", f"/action {BACKUPS}"), ("Disaster drill, see the wiki", the_id(0)), changes=(renamed,)
    )
    assert opened_for(case) == []


def test_a_ticket_that_was_deleted_is_not_opened_again() -> None:
    """Its words went with it, so only the line tells."""
    failure = a_comment(f"/action {BACKUPS}").failure
    assert opened_for(a_case(failure, gone=(GoneTicket(ref(3), "action", the_id(0)),))) == []


def test_far_lines_are_not_searched_for_ever() -> None:
    """A comment has lines without end; what was put up from further below than this opens anew."""
    lines = [f"/action {BACKUPS} every quarter"]
    near, far = the_id(LINES_BELOW_MAX - 1), the_id(LINES_BELOW_MAX)
    assert opened_for(with_tickets(a_comment(*lines), (BACKUPS, near))) == []
    assert opened_for(with_tickets(a_comment(*lines), (BACKUPS, far))) == [(f"{BACKUPS} every quarter", the_id(0))]


def test_a_moved_command_leaves_its_ticket_to_no_line_of_the_post_mortem() -> None:
    """An item in the post-mortem that reads much alike is another promise, and gets a ticket of its own."""
    failure = a_comment("", f"/action {BACKUPS}").failure
    mortem = a_post_mortem(body=f"## Action items\n\n- [ ] {BACKUPS} by night\n")
    action = an_action(3, item=the_id(0), title=BACKUPS)
    assert [title for title, _ in opened_for(a_case(failure, mortem, action))] == [f"{BACKUPS} by night"]
