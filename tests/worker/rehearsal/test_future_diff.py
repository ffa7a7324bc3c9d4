"""Looks ahead beside each other: what another policy would say earlier, later, anew or no more, and what has changed
since the last one."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.faults import Fault
from connectors.sandbox.server import Sandbox
from rules.refs import TicketRef
from tests.worker.process import run_command
from tests.worker.rehearsal.by_hand import working
from tests.worker.test_planning import fail_something
from worker.config import load_config
from worker.logs import MASK, Mask
from worker.plans.foretold import Foretold, RememberedFuture, remembered_future
from worker.plans.future_changes import FutureChanges, changes_to_come
from worker.plans.looks_kept import LookMemory, keep_looks, load_looks
from worker.plans.store import LAST_LOOKS
from worker.rehearsal.future import Future, FutureCase
from worker.rehearsal.happening import Happening
from worker.rehearsal.machine import Trouble

FAILURE = "github:acme/shop#1"


def said(at: str, key: str = "", **more: Any) -> Foretold:
    """A comment on `03-02 09:00`; its key is its moment's where none is given."""
    given = {
        "key": key or at,
        "case": "root",
        "failure": FAILURE,
        "case_title": "Checkout is down",
        "at": moment(at),
        "verb": "comment",
        "what": "ask.md",
        "on": "github:acme/shop#1",
        "where": "github:acme/shop#1",
        "asks": ("ada",),
        "rule": "ask-ack",
        "stage": "1 business day#0",
        "why": "somebody is asked",
        "title": "",
        "text": "Hello.",
    }
    return Foretold(**(given | more))


def moment(at: str) -> str:
    return f"2026-{at.replace(' ', 'T')}:00+00:00"


def looked(*told: Foretold, at: str = "03-02 09:00", until: str = "03-31 09:00", **more: Any) -> RememberedFuture:
    return RememberedFuture(moment(at), moment(until), "one", told, **more)


def changes(before: RememberedFuture, after: RememberedFuture) -> FutureChanges:
    found = changes_to_come(before, after)
    assert found is not None
    return found


def counts(found: FutureChanges) -> tuple[int, int, int, int, int]:
    """Earlier, later, otherwise, new, gone."""
    earlier, later = (sum(getattr(one, name) for one in found.changed) for name in ("is_earlier", "is_later"))
    return earlier, later, len(found.changed) - earlier - later, len(found.new), len(found.gone)


# --- two looks ahead ------------------------------------------------------------------------------

LETTER = {"verb": "notify", "asks": (), "text": "hash:1"}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        pytest.param([said("03-03 09:00")], [said("03-03 09:00")], (0, 0, 0, 0, 0), id="the-same"),
        pytest.param([], [said("03-03 09:00")], (0, 0, 0, 1, 0), id="new"),
        pytest.param([said("03-03 09:00")], [], (0, 0, 0, 0, 1), id="no-more"),
        pytest.param([said("03-05 09:00", "a")], [said("03-03 09:00", "a")], (1, 0, 0, 0, 0), id="earlier"),
        pytest.param([said("03-05 09:00", "a")], [said("03-06 09:00", "a")], (0, 1, 0, 0, 0), id="later"),
        pytest.param([said("03-05 09:00")], [said("03-03 09:00")], (1, 0, 0, 0, 0), id="a-rung-that-was-moved"),
        pytest.param(
            [said("03-05 09:00")], [said("03-03 09:00", rule="ask")], (1, 0, 0, 0, 0), id="by-a-rule-of-another-name"
        ),
        pytest.param([said("03-05 09:00", "a")], [said("03-05 09:00", "b", rule="ask")], (0,) * 5, id="renamed-alone"),
        pytest.param(
            [said("03-05 09:00", "a")],
            [said("03-05 09:00", "a", asks=("ben",))],
            (0, 0, 1, 0, 0),
            id="others-are-asked",
        ),
        pytest.param(
            [said("03-05 09:00")], [said("03-06 09:00", asks=("ben",))], (0, 1, 0, 0, 0), id="others-and-later"
        ),
        pytest.param(
            [said("03-05 09:00", "a")],
            [said("03-05 09:00", "a", what="other.md")],
            (0, 0, 1, 0, 0),
            id="other-template",
        ),
        pytest.param(
            [said("03-05 09:00", "a")], [said("03-05 09:00", "a", text="Hi.")], (0, 0, 1, 0, 0), id="worded-otherwise"
        ),
        pytest.param(
            [said("03-05 09:00", "a", text="One day late.")],
            [said("03-06 09:00", "a", text="Two days late.")],
            (0, 1, 0, 0, 0),
            id="worded-otherwise-as-it-is-later",
        ),
        pytest.param(
            [said("03-05 09:00")], [said("03-03 09:00", on="x", where="x")], (0, 0, 0, 1, 1), id="on-another-ticket"
        ),
        pytest.param([said("03-05 09:00")], [said("03-03 09:00", what="b.md")], (0, 0, 0, 1, 1), id="another-thing"),
        pytest.param(
            [said("03-05 09:00", "a", **LETTER)],
            [said("03-05 09:00", "a", **(LETTER | {"text": "hash:2"}))],
            (0, 0, 1, 0, 0),
            id="a-letter-in-other-words",
        ),
    ],
)
def test_looks_ahead_differ_by_what_would_reach_people(
    before: list[Foretold], after: list[Foretold], found: tuple[int, ...]
) -> None:
    seen = changes(looked(*before), looked(*after))
    assert counts(seen) == found
    assert bool(seen) is any(found)


def test_what_comes_more_often_is_earlier_each_time_and_then_new() -> None:
    """The nth time is the same thing, by its key or, where rungs were moved, by their order."""
    before = [said(f"03-{day:02} 09:00", stage=f"5 business days#{n}") for n, day in enumerate((9, 16, 23))]
    after = [said(f"03-{day:02} 09:00", stage=f"2 business days#{n}") for n, day in enumerate((4, 6, 10, 12, 17))]
    found = changes(looked(*before), looked(*after))
    assert [(one.before.at[8:10], one.after.at[8:10]) for one in found.changed] == [
        ("09", "04"),
        ("16", "06"),
        ("23", "10"),
    ]
    assert [one.at[8:10] for one in found.new] == ["12", "17"]
    assert found.gone == ()


def test_what_stays_where_it_was_is_not_paired_with_something_else() -> None:
    before = [said("03-03 09:00", "a"), said("03-05 09:00", "b")]
    found = changes(looked(*before), looked(said("03-05 09:00", "c"), said("03-09 09:00", "d")))
    assert [(one.before.key, one.after.key) for one in found.changed] == [("a", "d")]


def test_a_ticket_that_is_not_there_yet_is_the_same_whichever_number_it_would_get() -> None:
    """Numbers are those of one look: a policy that opens one more before it shifts them all."""

    def future(*numbers: int, extra: bool) -> RememberedFuture:
        at = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
        refs = [TicketRef("github", f"acme/shop#{number}") for number in numbers]
        opened = [
            Happening(
                at, "open", "action", ref, "open-action", "why", f"opening-{ref is refs[-1]}", "root", ("ada",), "A"
            )
            for ref in (refs if extra else refs[-1:])
        ]
        later, text = at + dt.timedelta(days=3), f"Where is [#{numbers[-1]}](https://x/{numbers[-1]})? 1000042 orders."
        reminder = Happening(later, "remind", "reminder.md", refs[-1], "r", "why", f"k{numbers}", "root", text=text)
        case = FutureCase("root", TicketRef("github", "acme/shop#1"), "Down")
        titles = {one.ticket: one.title for one in opened}
        ends = at + dt.timedelta(days=30)
        whole = Future(at, ends, (*opened, reminder), (case,), titles, (), "", False, 0)
        return remembered_future(whole, "policy", "secret", Mask())

    found = changes(future(1_000_001, extra=False), future(1_000_001, 1_000_002, extra=True))
    assert [one.what for one in found.new] == ["action"]
    assert (found.gone, found.changed) == ((), ())
    (*_, reminder) = future(1_000_001, extra=False).happenings
    assert reminder.text == "Where is [#(new)](https://x/(new))? 1000042 orders."
    assert reminder.where == "a new ticket in github:acme/shop, “A”"


def test_of_a_later_look_only_what_both_see_is_compared() -> None:
    """What was to come by now has come, and beyond the end of one of them nobody knows."""
    before = looked(said("03-03 09:00", "a"), said("03-10 09:00", "b"), until="03-20 09:00")
    after = looked(said("03-10 09:00", "b"), said("03-25 09:00", "c"), at="03-04 09:00", until="04-04 09:00")
    found = changes(before, after)
    assert not found
    assert (found.begins, found.ends) == (after.begins, before.ends)
    assert counts(changes(before, replace(after, happenings=()))) == (0, 0, 0, 0, 1)
    out_of_sight = replace(after, happenings=(said("03-25 09:00", "b"),))
    assert counts(changes(before, out_of_sight)) == (0, 1, 0, 0, 0)
    assert changes_to_come(before, looked(at="03-20 09:00", until="03-30 09:00")) is None


def test_what_is_to_be_said_at_once_has_not_moved_because_nobody_said_it_yet() -> None:
    before = looked(said("03-02 09:00", "a"))
    assert not changes(before, looked(said("03-02 09:12", "a"), at="03-02 09:12"))
    assert counts(changes(before, looked(said("03-02 11:00", "a"), at="03-02 09:12"))) == (0, 1, 0, 0, 0)


def test_what_the_other_policy_does_not_say_at_once_is_told() -> None:
    assert counts(changes(looked(said("03-02 09:00")), looked())) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize("which", [0, 1], ids=["before", "after"])
def test_of_a_case_that_was_left_out_nothing_is_told(which: int) -> None:
    looks = [looked(said("03-03 09:00")), looked(said("03-03 09:00", case="other"))]
    looks[which] = replace(looks[which], troubled=("root",))
    assert counts(changes(*looks)) == (0, 0, 0, 1, 0)


# --- the memory -----------------------------------------------------------------------------------


def a_future(*happened: Happening, troubles: tuple[Trouble, ...] = ()) -> Future:
    at = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
    case = FutureCase("root", TicketRef("github", "acme/shop#1"), "Down since ghp_0123456789abcdefghij")
    return Future(at, at + dt.timedelta(days=60), happened, (case,), {}, troubles, "", False, 0)


def test_neither_whom_a_letter_is_for_nor_a_secret_is_kept() -> None:
    """P10, P11."""
    at, ref = dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC), TicketRef("github", "acme/shop#1")
    letter = Happening(at, "notify", "reflect.md", ref, "r", "why", "k", "root", ("ada",), "For Ada", "Dear Ada")
    comment = Happening(at, "comment", "ask.md", ref, "r", "why", "l", "root", ("ben",), text="hush-hush, @Ben")
    status = Happening(at, "status", "status.md", ref, "r", "why", "m", "root", text="As it stands")
    kept = remembered_future(a_future(letter, comment, status), "policy", "secret", Mask(["hush-hush"]))
    assert [one.key for one in kept.happenings] == ["k", "l"], "what reaches nobody is not kept"
    assert "Ada" not in repr(kept)
    assert "ada" not in repr(kept)
    assert (kept.happenings[1].text, kept.happenings[1].case_title) == (f"{MASK}, @Ben", f"Down since {MASK}")


def test_one_that_did_not_come_to_its_end_is_kept_as_far_as_it_came() -> None:
    stuck = dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)
    left_out = Trouble(stuck - dt.timedelta(days=3), TicketRef("github", "acme/shop#1"), "away", ("root",))
    kept = remembered_future(
        a_future(troubles=(left_out, Trouble(stuck, TicketRef("", ""), "no rest"))), "policy", "secret", Mask()
    )
    assert (kept.last, kept.troubled) == (stuck, ("root",))


def test_whoever_asks_twice_is_told_the_same() -> None:
    first, second = looked(said("03-05 09:00", "a")), looked(said("03-06 09:00", "a"), at="03-02 10:00")
    memory = LookMemory().with_look(first)
    for _ in range(3):
        found = memory.changes_to(second)
        assert found
        assert (found.since, counts(found)) == (first.begins, (0, 1, 0, 0, 0))
        memory = memory.with_look(second)
    assert len(memory.plans) == 2


def test_a_shorter_look_that_tells_the_same_does_not_take_the_place_of_one_that_sees_further() -> None:
    far, near = looked(said("03-05 09:00", "a"), until="05-01 09:00"), looked(said("03-05 09:00", "a"))
    assert LookMemory((far,)).with_look(near).plans == (far,)
    assert LookMemory((near,)).with_look(far).plans == (far,)


def test_one_that_is_over_is_nothing_to_compare_with() -> None:
    memory = LookMemory((looked(until="03-05 09:00"),))
    later = looked(at="03-06 09:00")
    assert memory.changes_to(later) is None
    assert memory.with_look(later).plans == (later,)
    assert LookMemory().changes_to(later) is None


def test_they_are_kept_for_their_owner_alone_and_read_back(config_file: Path) -> None:
    config = load_config(config_file, os.environ)
    memory = LookMemory((looked(said("03-03 09:00")), looked(troubled=("root",))))
    assert keep_looks(config, memory, has_ledger=False) == ""
    assert load_looks(config) == LookMemory(), "without a data folder a look leaves nothing behind"
    config.data.mkdir()
    assert keep_looks(config, memory, has_ledger=False) == ""
    assert load_looks(config) == memory
    assert LAST_LOOKS.at(config).stat().st_mode & 0o777 == 0o600
    LAST_LOOKS.at(config).write_text('{"format": 1, "plans": [{"at": ""}]}', encoding="utf-8")
    assert load_looks(config) == LookMemory()


# --- as a command ---------------------------------------------------------------------------------

OTHER = """\
policy: 1
name: other
include: [accountability]
rules:
  - id: ask-ack
    ladder:
      anchor: labelled
      rungs:
        - {at: 0 s, do: [comment: ask.md, mention: [owner]]}
        - {at: 4 business hours, do: [comment: ask-again.md, mention: [owner]]}
        - {at: 3 business days, do: [comment: ask-again.md, mention: [manager]]}
  - id: unapproved-plan
    off: true
"""


def ahead(config_file: Path, *more: str, until: str = "30d", code: int = 0) -> str:
    done = run_command("plan", "--config", config_file, "--until", until, *more)
    assert (done.returncode, done.stderr) == (code, ""), done.stdout
    return done.stdout


@pytest.fixture
def other(tmp_path: Path) -> str:
    path = tmp_path / "other.yaml"
    path.write_text(OTHER, encoding="utf-8")
    return str(path)


@pytest.fixture
def begun(config_file: Path, company: Sandbox) -> str:
    """A failure that was taken up; nobody has spoken up for it."""
    key = fail_something(company)
    with working(config_file, company) as aftermath:
        aftermath.settle()
    company.clock.advance(dt.timedelta(minutes=1))
    return key


def test_the_future_under_another_policy_is_held_against_that_under_the_configured_one(
    config_file: Path, company: Sandbox, begun: str, other: str
) -> None:
    told = ahead(config_file, "--policy", other, "--diff")
    head, *paragraphs = told.split("\n\n")
    assert " ".join(head.split()) == (
        "Against the configured policy, until Wed 1 Apr 2026 09:01 UTC, if nobody moved: 1 earlier, 1 no more."
    )
    assert (
        paragraphs[0]
        == f"""\
github:{begun}  Checkout is down
~ Mon 2 Mar 13:00  comment on github:{begun} (ask-again.md), asks Grace
      Murray
      earlier, rather than on Tue 3 Mar 09:00
      asks Grace Murray, rather than Grace Murray and Mel Ray
      ask-ack, after 4 business hours rather than after 1 business day: a first
      word is asked for when nobody has spoken up for a failure
- Mon 16 Mar 09:00  comment on jira:OPS-1 (unapproved.md), asks Mel Ray
      unapproved-plan, after 10 business days: the other policy does not say it
      in this time"""
    )
    assert " ".join(paragraphs[1].split()).startswith("Under this policy 6 comments: 7 writes in all, with what is")
    assert "; under the configured one 7 comments: " in " ".join(paragraphs[1].split())
    assert paragraphs[1].endswith("Nothing was written.\n")
    assert max(map(len, told.splitlines())) <= 80


def test_trackers_are_asked_once_for_both_and_nothing_is_kept(
    config_file: Path, company: Sandbox, begun: str, other: str
) -> None:
    before = company.counts.reads()
    whole = ahead(config_file)
    alone, before = company.counts.reads() - before, company.counts.reads()
    kept = LAST_LOOKS.at(load_config(config_file, os.environ)).read_text(encoding="utf-8")
    told = json.loads(ahead(config_file, "--policy", other, "--diff", "--json"))["changes"]
    assert company.counts.reads() - before <= alone
    assert "Reading all this took 5 requests." in whole, "and 4 more to see whether the trackers are there"
    assert "Reading all this took 5 requests." in ahead(config_file, "--policy", other, "--diff")
    (moved,), (gone,) = told["changed"], told["gone"]
    assert (moved["before"]["at"], moved["after"]["at"]) == ("2026-03-03T09:00:00+00:00", "2026-03-02T13:00:00+00:00")
    assert (moved["moved_s"], moved["asks_others"], gone["rule"]) == (-72_000, True, "unapproved-plan")
    shown = " ".join(ahead(config_file, "--policy", other).split())
    assert "Against the configured policy: 1 earlier, 1 no more (--diff shows them). Nothing was written." in shown
    assert LAST_LOOKS.at(load_config(config_file, os.environ)).read_text(encoding="utf-8") == kept


def test_a_policy_that_says_the_same_differs_in_nothing(
    config_file: Path, company: Sandbox, begun: str, tmp_path: Path
) -> None:
    (tmp_path / "same.yaml").write_text("policy: 1\nname: same\ninclude: [accountability]\n", encoding="utf-8")
    told = ahead(config_file, "--policy", str(tmp_path / "same.yaml"), "--diff")
    assert told.startswith("Nothing differs from the configured policy, until Wed 1 Apr 2026 09:01 UTC, if")


def test_it_says_what_has_changed_since_the_last_one(config_file: Path, company: Sandbox, begun: str) -> None:
    """As often as it is asked; and a ticket behind it shows its case alone."""
    assert ahead(config_file, "--diff").startswith(
        "There is no look ahead yet to compare with: this one is kept for the next. With\n--policy "
    )
    assert "\nNothing differs from the look ahead of 09:01.\nNothing was written.\n" in ahead(config_file)
    company.world.sites["github"].comment_on("grace", begun, "/ack Card payments fail")
    second = fail_something(company, "Search is slow")
    company.clock.advance(dt.timedelta(minutes=4))
    line = " ".join(ahead(config_file, until="20d").split())
    assert "Since the look ahead of 09:01: 9 new, 2 no more (--diff shows them)." in line
    for _ in range(2):
        told = ahead(config_file, "--diff")
        assert "\n- Tue 3 Mar 09:00  comment on github:" in told
        assert "somebody moved since" in told
        assert f"\ngithub:{second}  Search is slow\n+ " in told
    alone = ahead(config_file, begun, "--diff")
    assert ("no more" in alone, "Search is slow" in alone) == (True, False)
    assert "(--diff shows them)" not in alone


def test_with_texts_what_is_new_is_shown_as_it_would_stand(
    config_file: Path, company: Sandbox, begun: str, tmp_path: Path
) -> None:
    """And what is worded otherwise is told as a diff in any case."""
    ours = tmp_path / "ours"
    (ours / "templates").mkdir(parents=True)
    (ours / "policy.yaml").write_text(OTHER, encoding="utf-8")
    (ours / "templates" / "overdue.md").write_text("{{ mentions }}, it is late.", encoding="utf-8")
    told = ahead(config_file, "--policy", str(ours), "--diff")
    assert "\n      +@Grace Murray, it is late.\n" in told
    assert "      | @Grace Murray, this failure is still waiting" not in told
    texts = ahead(config_file, "--policy", str(ours), "--diff", "--texts")
    assert "      | @Grace Murray, this failure is still waiting" in texts


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        pytest.param("", "none is kept before `aftermath run` ran here", id="nothing-ran-yet"),
        pytest.param("acme/shop#1", "one of a single ticket is not kept", id="a-single-ticket"),
    ],
)
@pytest.mark.parametrize("until", ["30d", ""], ids=["ahead", "now"])
def test_where_nothing_is_kept_it_says_what_to_do(
    config_file: Path, company: Sandbox, ref: str, said: str, until: str
) -> None:
    fail_something(company)
    options = ["--until", until] if until else []
    told = run_command("plan", *([ref] if ref else []), "--config", config_file, "--diff", *options).stdout
    assert said in " ".join(told.split())


def test_a_case_that_cannot_be_read_is_left_out_on_both_sides_and_named(
    config_file: Path, company: Sandbox, begun: str, other: str
) -> None:
    company.faults.add(Fault("error-503", site="jira", path="issue"))
    told = ahead(config_file, "--policy", other, "--diff", code=1)
    assert "Nothing differs from the configured policy" in told
    told = " ".join(told.split())
    assert f"{FAILURE} is left out: a tracker of its tickets does not answer now" in told
    assert told.count("is left out") == 1


def test_forgetting_somebody_takes_the_last_look_ahead_away(config_file: Path, company: Sandbox, begun: str) -> None:
    ahead(config_file)
    config = load_config(config_file, os.environ)
    assert LAST_LOOKS.at(config).is_file()
    assert "is taken away" in run_command("forget", "ada", "--config", config_file).stdout
    assert not LAST_LOOKS.at(config).exists()
