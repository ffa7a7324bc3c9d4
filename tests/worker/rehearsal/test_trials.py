"""People's tests of a policy: what they may say, what comes of it, and how it is told."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rules.language.problems import DocumentError
from tests.worker.process import run_command
from worker.cli import build_app
from worker.rehearsal.trial.events import VERBS as ACTS
from worker.rehearsal.trial.finding import NoTests, TrialSource, trial_sources
from worker.rehearsal.trial.forms import EventForm, ExpectedForm, FailureForm, TrialFileForm, TrialForm
from worker.rehearsal.trial.reading import read_trials
from worker.rehearsal.trial.recording import recorded
from worker.rehearsal.trial.result import TrialResult, try_out

PAGE = Path(__file__).parents[3] / "docs" / "trying-out.md"
PEOPLE = """\
policy: accountability
people:
  people:
    ada: {name: Ada, lead: grace, manager: mel, notify: "${ADA}"}
    ben: {name: Ben, lead: grace}
    grace: {name: Grace, manager: mel}
    mel: {name: Mel}
"""
GRAVE = "failure: {title: Checkout is down, labels: [failure, sev1], owner: ada, opened: 2026-03-02 09:00}"
SILENCE = """\
      - {at: 2026-03-02 09:00, comment: ask.md, on: failure, asks: [ada]}
      - {at: 2026-03-02 10:00, comment: ask-again.md, on: failure, asks: [ada, grace]}
      - {at: 2026-03-02 13:00, comment: ask-again.md, on: failure, asks: [mel]}
"""


def written(folder: Path, *tests: str, head: str = PEOPLE) -> Path:
    """A file of tests, each without its name and with its lines one below the other."""
    path = folder / "some.test.yaml"
    bodies = ["\n    ".join(test.splitlines()) for test in tests]
    text = "".join(f"  - name: test {number}\n    {body}\n" for number, body in enumerate(bodies, start=1))
    path.write_text(f"{head}tests:\n{text}", encoding="utf-8")
    return path


def tried(folder: Path, test: str, head: str = PEOPLE) -> TrialResult:
    file = read_trials(TrialSource(written(folder, test, head=head), "some.test.yaml", None))
    (trial,) = file.trials
    return try_out(file, trial)


def expecting(lines: str, more: str = "rules: [ask-ack-sev1]\nuntil: 2026-03-03") -> str:
    return f"{GRAVE}\n{more}\nexpect:\n" + "\n".join(line[4:] for line in lines.splitlines())


@pytest.mark.parametrize(
    ("expect", "last"),
    [("[]", "2026-04-27"), ("[{at: 2026-03-02, comment: }]", "2026-03-05")],
    ids=["eight-weeks-and-more-than-the-day", "the-day-it-speaks-of"],
)
def test_without_an_end_the_days_on_which_something_must_never_be_are_watched(
    tmp_path: Path, expect: str, last: str
) -> None:
    """Such a line could not fail otherwise, being about a day after the last one that is expected."""
    test = f"{GRAVE}\nexpect: {expect}\nnever: [{{at: 2026-03-05, comment: }}]"
    (trial,) = read_trials(TrialSource(written(tmp_path, test), "some.test.yaml", None)).trials
    assert trial.ends.date().isoformat() == last


# --- what is expected, and what comes -------------------------------------------------------------


def test_what_comes_as_it_is_expected_is_good(tmp_path: Path) -> None:
    result = tried(tmp_path, expecting(SILENCE))
    assert result.is_good
    assert [line.is_good for line in result.lines] == [True, True, True]


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        pytest.param("09:00, comment", "09:01, comment", ("at",), id="another-minute"),
        pytest.param("at: 2026-03-02 10:00", "at: 2026-03-03", ("at",), id="another-day"),
        pytest.param("asks: [mel]", "asks: [mel, ada]", ("asks",), id="one-more-is-asked"),
        pytest.param("asks: [ada, grace]", "asks: []", ("asks",), id="nobody-is-asked"),
        pytest.param("13:00, comment: ask-again.md", "13:00, comment: ask.md", ("what",), id="another-text"),
        pytest.param("on: failure, asks: [mel]", "on: post-mortem, asks: [mel]", ("on",), id="another-ticket"),
        pytest.param("asks: [mel]", "rule: ask-ack", ("rule",), id="another-rule"),
        pytest.param("asks: [mel]", "says: Good morning", ("says",), id="other-words"),
    ],
)
def test_what_comes_otherwise_is_told_with_what_differs(
    tmp_path: Path, old: str, new: str, differs: tuple[str, ...]
) -> None:
    assert old in SILENCE
    result = tried(tmp_path, expecting(SILENCE.replace(old, new)))
    assert not result.is_good
    assert [line.differs for line in result.lines if not line.is_good] == [differs]


@pytest.mark.parametrize(
    ("lines", "missing", "unexpected"),
    [
        pytest.param(SILENCE + "      - {open: action}\n", 1, 0, id="one-that-did-not-come"),
        pytest.param(SILENCE.split("\n", 1)[1], 0, 1, id="one-that-was-not-expected"),
        pytest.param(SILENCE + SILENCE.splitlines()[0], 1, 0, id="the-same-twice"),
    ],
)
def test_what_is_missing_and_what_comes_unasked_are_told(
    tmp_path: Path, lines: str, missing: int, unexpected: int
) -> None:
    result = tried(tmp_path, expecting(lines))
    assert not result.is_good
    assert sum(line.happened is None for line in result.lines) == missing
    assert sum(line.expected is None for line in result.lines) == unexpected


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("      - {comment: ask.md}\n      - comment:\n      - {comment: mel}\n", id="no-times"),
        pytest.param(
            "      - {at: 2026-03-02, comment: [ada]}\n      - {at: 2026-03-02, comment: ask-again.md}\n"
            "      - {at: 2026-03-02, on: checkout, says: first word, comment: ask-again.md}\n",
            id="days-and-words",
        ),
    ],
)
def test_what_is_left_out_may_be_anything(tmp_path: Path, lines: str) -> None:
    assert tried(tmp_path, expecting(lines)).is_good


def test_they_come_in_the_order_in_which_they_are_expected(tmp_path: Path) -> None:
    first, second, third = SILENCE.replace("at: 2026-03-02 ", "at: 2026-03-02, says: ").splitlines()
    timeless = [line.replace(line[line.index("at:") : line.index("comment")], "") for line in (first, second, third)]
    assert tried(tmp_path, expecting("\n".join(timeless) + "\n")).is_good
    assert not tried(tmp_path, expecting("\n".join(reversed(timeless)) + "\n")).is_good


FOR_DAYS = "rules: [ask-ack]\nuntil: 2026-03-25"
#: How it goes on for a failure that is not grave: 2 March ada, 3 March ada and grace, 5 March mel.
DAYS = """\
      - {at: 2026-03-02 09:00, comment: ask.md, asks: [ada]}
      - {at: 2026-03-03 09:00, comment: ask-again.md, asks: [ada, grace]}
      - {at: 2026-03-05 09:00, comment: ask-again.md, asks: [mel]}
"""


def paired(folder: Path, lines: str) -> list[tuple[int | None, int | None, tuple[str, ...]]]:
    """Of each line: the number of the expectation, the day on which it came, and what differs."""
    test = expecting(lines, FOR_DAYS).replace("sev1", "sev2")
    result = tried(folder, test)
    assert result.trial.expect
    first = result.trial.expect[0].line
    return [
        (
            line.expected.line - first + 1 if line.expected else None,
            line.happened.at.day if line.happened else None,
            line.differs,
        )
        for line in result.lines
    ]


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        pytest.param("", "", [(1, 2, ()), (2, 3, ()), (3, 5, ())], id="as-it-should-be"),
        pytest.param(
            "asks: [ada, grace]", "asks: [mel]", [(1, 2, ()), (2, 3, ("asks",)), (3, 5, ())], id="whom-another-day-asks"
        ),
        pytest.param(
            "at: 2026-03-03 09:00, comment: ask-again.md, asks: [ada, grace]",
            "comment: ask-again.md, asks: [mel]",
            [(1, 2, ()), (2, 3, ("asks",)), (3, 5, ())],
            id="without-a-time-no-later-than-the-next-that-has-one",
        ),
        pytest.param(
            "asks: [ada, grace]",
            "asks: [mel], says: Hi",
            [(1, 2, ()), (2, 3, ("asks", "says")), (3, 5, ())],
            id="two-things-otherwise-at-its-time",
        ),
        pytest.param(
            "2026-03-05", "2026-03-20", [(1, 2, ()), (2, 3, ()), (None, 5, ()), (3, None, ())], id="two-weeks-away"
        ),
        pytest.param(
            "at: 2026-03-05 09:00, comment: ask-again.md",
            "comment: thanks.md",
            [(1, 2, ()), (2, 3, ()), (None, 5, ()), (3, None, ())],
            id="another-text-whenever",
        ),
    ],
)
def test_of_several_that_could_be_meant_the_nearest_of_its_kind_is(
    tmp_path: Path, old: str, new: str, pairs: list[tuple[int | None, int | None, tuple[str, ...]]]
) -> None:
    assert old in DAYS
    assert paired(tmp_path, DAYS.replace(old, new)) == pairs


def test_what_comes_in_another_order_is_told_so(tmp_path: Path) -> None:
    first, second, third = DAYS.splitlines()
    assert paired(tmp_path, "\n".join([second, first, third])) == [(2, 2, ("order",)), (1, 3, ()), (3, 5, ())]


def test_what_happens_at_one_moment_may_stand_in_any_order(tmp_path: Path) -> None:
    both = "      - {at: 2026-03-02 09:00, comment: ask.md}\n      - {at: 2026-03-02 09:00, open: post-mortem}\n"
    more = "until: 2026-03-02 09:30\nonly: [comment, open]"
    for lines in (both, "\n".join(reversed(both.splitlines())) + "\n"):
        assert tried(tmp_path, expecting(lines, more)).is_good


@pytest.mark.parametrize(
    ("never", "is_good"),
    [
        pytest.param("{asks: [mel]}", False, id="somebody-among-others"),
        pytest.param("{asks: [ben]}", True, id="nobody-asked-them"),
        pytest.param("{open: post-mortem}", False, id="a-ticket"),
        pytest.param("{open: action}", True, id="none-was-opened"),
        pytest.param("{label: escalated}", True, id="no-label"),
        pytest.param("{at: 2026-03-03, comment: ask-again.md}", True, id="on-another-day"),
    ],
)
def test_what_must_never_be(tmp_path: Path, never: str, is_good: bool) -> None:
    assert tried(tmp_path, f"{GRAVE}\nuntil: 2026-03-03\nnever: [{never}]").is_good is is_good


def test_what_only_keeps_things_true_is_not_looked_at_unless_it_is_named(tmp_path: Path) -> None:
    base = f"{GRAVE}\nuntil: 2026-03-02 09:30\n"
    verbs = {one.verb for one in tried(tmp_path, f"{base}expect: []").seen}
    assert verbs == {"comment", "open", "notify"}
    assert "status" in {one.verb for one in tried(tmp_path, f"{base}expect: [{{status: }}]").seen}
    assert {one.verb for one in tried(tmp_path, f"{base}only: [link]\nexpect: []").seen} == {"link"}


# --- what people do -------------------------------------------------------------------------------

#: Each act, and something that comes of it.
DONE = [
    pytest.param("by: ada, comment: /ack Cards fail", "{comment: ask-again.md}", False, id="comment"),
    pytest.param("by: ada, unlabel: failure", "{comment: paused.md}", True, id="unlabel"),
    pytest.param("by: ada, assign: ben", "{comment: ask-again.md, asks: [ben, grace]}", True, id="assign"),
    pytest.param("by: ada, close: failure, as: duplicate", "{comment: closed-otherwise.md}", True, id="close"),
    pytest.param("by: ada, due: 2026-03-02, on: post-mortem", "{comment: overdue.md, on: post-mortem}", True, id="due"),
    pytest.param("by: ada, write: post-mortem, text: '- [ ] nothing'", "{open: action}", False, id="write"),
    pytest.param(
        'by: ada, write: post-mortem, text: "## Action items\\n- [ ] Alert on 502s"', "{open: action}", True, id="items"
    ),
]


@pytest.mark.parametrize(("act", "pattern", "comes"), DONE)
def test_what_people_do_makes_a_difference(tmp_path: Path, act: str, pattern: str, comes: bool) -> None:
    never = f"{GRAVE}\nevents:\n- {{at: 2026-03-02 09:30, {act}}}\nuntil: 2026-03-05\nnever: [{pattern}]"
    assert tried(tmp_path, never).is_good is not comes


def test_every_act_can_be_done_one_behind_the_other(tmp_path: Path) -> None:
    acts = (
        "at: 2026-03-02 09:30, by: ada, comment: /ack Cards fail",
        'after: 1 h, by: ada, write: post-mortem, text: "## Action items\\n- [ ] Alert on 502s\\n- [ ] Drill"',
        "after: 1 business day, by: ada, edit: post-mortem, from: 502s, to: 503s",
        "after: 1 h, by: ben, tick: drill",
        "after: 1 h, by: ben, assign: ben, on: action 1",
        "after: 1 h, by: ben, move: In Progress, on: action 1",
        "after: 1 h, by: ben, commit: Alert on 503s, on: alert on",
        "after: 1 h, by: ben, due: 2026-03-20, on: action 1",
        "after: 1 h, by: ben, due: none, on: action 1",
        "after: 1 h, by: ada, label: bug",
        "after: 1 h, by: ada, unlabel: bug",
        "after: 1 h, by: ada, close: post-mortem",
        "after: 1 h, by: ada, reopen: post-mortem",
    )
    events = "\n".join(f"- {{{act}}}" for act in acts)
    result = tried(tmp_path, f"{GRAVE}\nevents:\n{events}\nuntil: 2026-03-10")
    assert result.lived.problems == ()
    assert {verb for verb in ACTS if any(f"{verb}:" in act for act in acts)} == set(ACTS)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        pytest.param("by: ada, close: action 1", "no ticket is called “action 1” then; there is failure", id="none"),
        pytest.param("by: ada, comment: hello, on: mail", "no ticket is called “mail”", id="no-such-title"),
        pytest.param("by: ada, tick: drill", "no open check box of post-mortem has the words “drill”", id="no-box"),
        pytest.param("by: ada, edit: failure, from: x, to: y", "“x” does not stand in the text", id="no-such-text"),
        pytest.param("by: ada, unlabel: bug", "Label does not exist", id="no-label"),
        pytest.param("by: ada, move: Elsewhere", "there is no status 'Elsewhere'", id="no-status"),
        pytest.param("by: somebody, label: bug", "Must have more rights here", id="no-rights"),
    ],
)
def test_an_event_that_cannot_be_fails_its_test_and_says_why(tmp_path: Path, act: str, said: str) -> None:
    events = f"events:\n- {{at: 2026-03-02 09:30, {act}}}"
    result = tried(tmp_path, f"{GRAVE}\n{events}\nuntil: 2026-03-05\nexpect: []")
    assert not result.is_good
    (problem,) = result.lived.problems
    assert problem.startswith("event 1 (")
    assert said in problem


def test_without_people_every_name_is_somebody_with_an_account(tmp_path: Path) -> None:
    head = "policy: accountability\nplace: github:acme/shop\n"
    lines = "      - {at: 2026-03-02 09:00, comment: ask.md, asks: [ada]}\n"
    assert tried(tmp_path, expecting(lines, "only: [comment]\nuntil: 2026-03-02 09:30"), head).is_good


def test_moments_are_those_of_the_policys_zone(tmp_path: Path) -> None:
    calendar = "calendar: {zone: Europe/Berlin}"
    rule = "{id: a, name: b when c, step: own, for: failure, do: [comment: paused.md]}"
    (tmp_path / "policy.yaml").write_text(f"policy: 1\nname: x\n{calendar}\nrules: [{rule}]\n", encoding="utf-8")
    head = "policy: policy.yaml\n"
    test = "begin: 2026-07-01 09:00\nuntil: 1 h\nexpect: [{at: 2026-07-01 09:00, comment: paused.md}]"
    result = tried(tmp_path, test, head)
    assert result.is_good
    assert result.trial.begins.isoformat() == "2026-07-01T07:00:00+00:00"


def test_what_was_recorded_is_what_would_be_expected(tmp_path: Path) -> None:
    """Pasted in, it makes the test good."""
    events = 'events:\n- {at: 2026-03-03 10:00, by: ada, write: post-mortem, text: "## Action items\\n- [ ] Alert"}'
    test = f"{GRAVE}\n{events}\nuntil: 8 w"
    first = tried(tmp_path, test)
    lines = list(recorded(first))
    assert len(lines) > 10
    again = tried(tmp_path, "\n".join([test, *lines]))
    assert again.is_good
    assert len(again.lines) == len(lines) - 1


def test_eight_weeks_take_less_than_a_second(tmp_path: Path) -> None:
    """Of this process's own time, whatever else the machine does."""
    import resource  # noqa: PLC0415 - no other test measures

    tried(tmp_path, f"{GRAVE}\nuntil: 1 w")  # what is loaded once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    tried(tmp_path, f"{GRAVE}\nuntil: 8 w")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 1.0


# --- which files ----------------------------------------------------------------------------------


def test_tests_are_found_beside_their_policy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    tests = [tmp_path / "some.test.yaml", tmp_path / "tests" / "more.yaml"]
    (tmp_path / "tests").mkdir()
    for path in (policy, *tests, tmp_path / "people.yaml", tmp_path / "tests" / "people.yaml"):
        path.write_text("", encoding="utf-8")
    for named in (tmp_path, policy):
        found = trial_sources([str(named)])
        assert [source.path for source in found] == tests
        assert [source.policy for source in found] == [policy, policy]
    assert [source.path for source in trial_sources([str(tmp_path / "tests")])] == tests[1:]
    assert [source.path for source in trial_sources([str(tests[0]), str(tmp_path)])] == tests


def test_a_file_of_tests_that_is_called_people_is_read_too(tmp_path: Path) -> None:
    """Else tests about people would be skipped, and nobody told."""
    (tmp_path / "tests").mkdir()
    for path, text in (("policy.yaml", ""), ("people.yaml", "tests: []"), ("tests/people.yaml", "place: x\ntests: []")):
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert [source.path for source in trial_sources([str(tmp_path)])] == [tmp_path / "tests" / "people.yaml"]


def test_a_configured_policy_of_any_name_has_its_tests_beside_it(tmp_path: Path) -> None:
    policy = tmp_path / "shop.yaml"
    (tmp_path / "tests").mkdir()
    for path in (policy, tmp_path / "tests" / "some.yaml"):
        path.write_text("", encoding="utf-8")
    (found,) = trial_sources([], policy)
    assert (found.path.name, found.policy) == ("some.yaml", policy)


@pytest.mark.parametrize("named", ["nowhere", "."])
def test_where_there_are_no_tests_that_is_said(tmp_path: Path, named: str) -> None:
    with pytest.raises(NoTests, match=r"There (are no tests|is no file)"):
        trial_sources([str(tmp_path / named)])


# --- as a command ---------------------------------------------------------------------------------


def run_tests(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return run_command("policy", "test", *arguments)


def test_good_tests_end_with_0_and_need_no_configuration() -> None:
    done = run_tests("accountability")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("accountability/tests/first-word.yaml\n  ✓ nobody speaks up for a grave failure")
    assert " good. " in done.stdout.splitlines()[-1]
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_test_that_fails_ends_with_1_and_shows_what_was_expected_and_what_came(tmp_path: Path) -> None:
    lines = SILENCE.replace("asks: [ada, grace]", "asks: [ada]")
    done = run_tests(written(tmp_path, expecting(lines), expecting(SILENCE)))
    assert done.returncode == 1
    shown = done.stdout.splitlines()
    assert [line[:3] for line in shown if line.startswith(("  ✓", "  ✗"))] == ["  ✗", "  ✓"]
    assert "        09:00  comment ask.md on failure, asks ada" in shown
    assert "    -   10:00  comment ask-again.md on failure, asks ada (line 15)" in shown
    assert "    +   10:00  comment ask-again.md on failure, asks ada and grace" in shown
    assert "               otherwise: asked" in shown
    assert any(line.startswith("               ask-ack-sev1, after 1 hour: ") for line in shown)
    assert shown[-1].startswith("2 tests: 1 good, 1 failed. ")


def test_rows_stand_in_order_of_time_each_under_its_day(tmp_path: Path) -> None:
    lines = DAYS.replace("03-03 09:00", "03-04 12:00").replace("03-05 09:00", "03-05 10:00")
    lines += "      - {open: action}\n"
    path = written(tmp_path, expecting(lines, FOR_DAYS).replace("sev1", "sev2"))
    shown = run_tests(path).stdout.splitlines()[2:-1]
    rows = [line for line in shown if not line.startswith(" " * 15)]
    assert rows == [
        "      Mon  2 Mar 2026",
        "        09:00  comment ask.md on failure, asks ada",
        "      Tue  3 Mar 2026",
        "    +   09:00  comment ask-again.md on failure, asks ada and grace",
        "      Wed  4 Mar 2026",
        "    -   12:00  comment ask-again.md, asks ada and grace (line 15)",
        "      Thu  5 Mar 2026",
        "    +   09:00  comment ask-again.md on failure, asks mel",
        "    -   10:00  comment ask-again.md, asks mel (line 16)",
        "      at any time",
        "    -          open action (line 17)",
    ]
    assert shown[shown.index(rows[3]) + 1] == "               otherwise than in line 15: when"
    assert shown[shown.index(rows[5]) + 1] == "               came Tue  3 Mar 2026 09:00"
    assert shown[shown.index(rows[7]) + 1] == "               otherwise: when"
    assert shown[shown.index(rows[8]) + 1] == rows[9]


def test_where_other_words_came_they_are_shown_and_with_texts_all_are(tmp_path: Path) -> None:
    lines = SILENCE.replace("asks: [mel]", "asks: [mel], says: Good morning")
    path = written(tmp_path, expecting(lines))
    shown = run_tests(path).stdout.splitlines()
    said = [line for line in shown if line.startswith("               | ")]
    assert shown[shown.index("               otherwise: words") + 1] == said[0]
    assert said[0].startswith("               | @Mel, ")
    assert 1 < len(said) <= 12
    assert max(map(len, shown[1:])) <= 80
    whole = run_tests(path, "--texts").stdout.splitlines()
    assert sum(line.startswith("               | @Ada") for line in whole) == 2
    good = written(tmp_path, expecting(lines.replace("Good morning", '"@Mel, "')))
    assert "               | @Mel, " in run_tests(good, "--all", "--texts").stdout
    assert "|" not in run_tests(good, "--all").stdout
    hint = "Of good tests --texts shows nothing: --all --texts shows what was said in them.\n"
    assert hint in run_tests(good, "--texts").stdout
    assert hint not in run_tests(good, "--all", "--texts").stdout + run_tests(good).stdout


def test_of_a_long_text_the_beginning_is_shown_and_how_to_see_the_rest(tmp_path: Path) -> None:
    text = "\n".join(f"line {number}" for number in range(1, 31))
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "long.md").write_text(text, encoding="utf-8")
    rule = "{id: a, name: b when c, step: own, for: failure, do: [comment: long.md]}"
    (tmp_path / "policy.yaml").write_text(f"policy: 1\nname: x\nrules: [{rule}]\n", encoding="utf-8")
    test = "begin: 2026-03-02 09:00\nuntil: 1 h\nexpect: [{comment: long.md, says: line 31}]"
    path = written(tmp_path, test, head="policy: policy.yaml\n")
    shown = run_tests(path).stdout
    assert "               | line 11\n               | … (19 more lines: --texts shows all)\n" in shown
    assert "               | line 30\n" in run_tests(path, "--texts").stdout


def test_for_programs_it_is_json(tmp_path: Path) -> None:
    done = run_tests(written(tmp_path, expecting(SILENCE + "      - {open: action}\n")), "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["is_good"]) == (1, False)
    (test,) = told["tests"]
    assert [one["verb"] for one in test["missing"]] == ["open"]
    assert [one["asks"] for one in test["happened"]] == [["ada"], ["ada", "grace"], ["mel"]]


def test_what_cannot_be_read_ends_with_2_and_nothing_is_tried(tmp_path: Path) -> None:
    done = run_tests(written(tmp_path, "begin: someday\nexpect: []"), "accountability")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'tests[0].begin: "someday" is no moment' in done.stderr
    assert run_tests(tmp_path / "nowhere").returncode == 2


def test_what_happens_is_shown_for_tests_that_expect_nothing_yet(tmp_path: Path) -> None:
    path = written(tmp_path, f"{GRAVE}\nuntil: 2026-03-02")
    assert "it expects nothing yet: --record shows what happens" in run_tests(path).stdout
    assert "    expect:\n      - {at: 2026-03-02 09:00, open: post-mortem}\n" in run_tests(path, "--record").stdout
    assert "No test has “other”" in run_tests(path, "--only", "other").stderr


def test_a_test_that_expects_nothing_yet_is_not_good_and_is_counted_apart(tmp_path: Path) -> None:
    unsaid = f"{GRAVE}\nuntil: 2026-03-02"
    path = written(tmp_path, expecting(SILENCE), unsaid)
    done = run_tests(path)
    assert done.returncode == 1
    assert "  ✓ test 1\n  · test 2\n    it expects nothing yet: --record shows what happens\n" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 tests: 1 good, 1 expects nothing yet. ")
    told = json.loads(run_tests(path, "--json").stdout)
    assert (told["is_good"], [one["expects_nothing"] for one in told["tests"]]) == (False, [False, True])
    assert run_tests(path, "--record").returncode == 0
    both = run_tests(
        written(tmp_path, unsaid, f"{unsaid}\nnever: []", expecting("      - {open: action}\n")), "--record"
    )
    assert both.returncode == 1
    assert both.stdout.splitlines()[-1].startswith("3 tests: 0 good, 1 failed, 2 expect nothing yet. ")


@pytest.mark.parametrize("said", ["expect: []\nonly: [due]", "never: [{open: action}]"])
def test_that_nothing_is_to_happen_is_said_and_then_it_is_good(tmp_path: Path, said: str) -> None:
    result = tried(tmp_path, f"{GRAVE}\nuntil: 2026-03-02\n{said}")
    assert result.is_good
    assert not result.expects_nothing


def test_a_broken_policy_is_told_as_everywhere(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("policy: 1\nname: ours\nruls: []\n", encoding="utf-8")
    written(tmp_path, "begin: 2026-03-02 09:00\nexpect: []", head="")
    done = run_tests(tmp_path)
    assert done.returncode == 2
    assert 'did you mean "rules"?' in done.stderr


# --- documented -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [TrialFileForm, TrialForm, FailureForm, EventForm, ExpectedForm])
def test_every_key_has_its_meaning_on_the_page(form: type[TrialForm]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, field in form.model_fields.items():
        row = f"| `{field.alias or name}` | {field.description} |"
        assert row in page, row


def test_a_file_that_is_no_file_of_tests_is_one_with_problems(tmp_path: Path) -> None:
    path = tmp_path / "some.test.yaml"
    path.write_text("- a list\n", encoding="utf-8")
    with pytest.raises(DocumentError):
        read_trials(TrialSource(path, path.name, None))


def test_the_pages_example_says_what_the_page_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.read_text(encoding="utf-8")
    example = page.split("```yaml\n", 1)[1].split("```", 1)[0]
    shown = page.split("$ aftermath policy test first-word.test.yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "first-word.test.yaml").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build_app(["policy", "test"]), ["policy", "test", "first-word.test.yaml"])
    assert without_seconds(done.stdout) == without_seconds(shown)


def without_seconds(text: str) -> str:
    return re.sub(r" in \d+\.\d s\.", "", text)
