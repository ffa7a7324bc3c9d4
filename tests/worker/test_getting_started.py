"""`aftermath init`: a few answers, and files with which `check`, `plan` and `run` work at once."""

from __future__ import annotations

import datetime as dt
import logging
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from connectors.sandbox.server import Sandbox
from rules.facts import Actor
from rules.language.people_file import load_people
from tests.connectors.github.app_company import key_pair
from tests.worker.process import run_command
from worker.cli import build_app
from worker.config import Config, load_config
from worker.config.environment_file import environment_beside, read_environment
from worker.config.listening import parse_listen
from worker.getting_started.answers import AnswerError, Answers, GitHub, Jira, checked, installation_from
from worker.getting_started.files import configuration_text, example_text, people_text
from worker.getting_started.looking import Colleague, merged
from worker.sandbox import LEAD, OUR_ACCOUNT, PROJECT, REPOSITORY

TOKENS = {"GITHUB_TOKEN": f"{OUR_ACCOUNT}-token", "JIRA_TOKEN": f"{OUR_ACCOUNT}-token"}
SMALLEST = Answers("acme", GitHub("acme/shop"))
_GATEWAY = "https://api.atlassian.com/ex/jira/11-22"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The command is called in this process, and sends its logs to a stream that is closed afterwards."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.configure(**config)
    root.handlers = handlers
    root.setLevel(level)


def begin(company: Sandbox, folder: Path, *more: str, environ: dict[str, str] | None = None, typed: str = "") -> str:
    """Call `aftermath init` on the company's GitHub; what it said. Its exit code has to be 0."""
    given = ["init", "--folder", str(folder), "--github", REPOSITORY, "--github-url", company.url("github"), *more]
    done = CliRunner().invoke(build_app(given), given, env=TOKENS if environ is None else environ, input=typed)
    assert done.exit_code == 0, done.output
    return done.output


def with_jira(company: Sandbox) -> list[str]:
    return ["--jira-url", company.url("jira"), "--jira-project", PROJECT, "--jira-user", "aftermath@example.com"]


def loaded(folder: Path, environ: dict[str, str] | None = None) -> Config:
    path = folder / "aftermath.yaml"
    return load_config(path, environment_beside(path, TOKENS if environ is None else environ))


# --- the whole way ------------------------------------------------------------------------------


def test_what_init_writes_passes_check_and_plan_and_knows_the_people(company: Sandbox, tmp_path: Path) -> None:
    clock = ["--clock", f"{company.url()}/_sandbox/clock"]
    said = begin(company, tmp_path, *with_jira(company), *clock, "--lead", LEAD, "--webhooks", "--yes")
    assert "aftermath check" in said
    people = load_people(tmp_path / "people.yaml")
    assert {one.id: dict(one.accounts) for one in people.people.values()}["ada"] == {"github": "ada", "jira": "ada"}
    assert (len(people.people), people.default_lead, people.people["ben"].lead) == (4, LEAD, LEAD)
    for command in ("check", "plan"):
        done = run_command(command, "--config", tmp_path / "aftermath.yaml", environ=TOKENS)
        assert done.returncode == 0, done.stdout + done.stderr
    assert company.counts.writes("github", OUR_ACCOUNT) == 0


def test_one_repository_and_one_token_are_enough(company: Sandbox, tmp_path: Path) -> None:
    """Everything then happens in it: no people file, no Jira."""
    for account in ("ben", "grace", "mel"):
        company.world.sites["github"].accounts[account].default_rights = "none"
    begin(company, tmp_path, "--yes")
    config = loaded(tmp_path)
    assert not (tmp_path / "people.yaml").exists()
    assert (config.people, config.post_mortems, config.actions) == (None, None, None)
    assert [str(place) for place in config.places] == [f"github:{REPOSITORY}"]
    assert run_command("check", "--config", tmp_path / "aftermath.yaml", environ=TOKENS).returncode == 0


def test_failures_from_before_today_are_left_alone_unless_all_are_wanted(company: Sandbox, tmp_path: Path) -> None:
    """P13: an old backlog is not answered on the first day."""
    begin(company, tmp_path / "one", "--yes")
    begin(company, tmp_path / "two", "--yes", "--all")
    assert isinstance(loaded(tmp_path / "one").limits.start_at, dt.date)
    assert loaded(tmp_path / "two").limits.start_at is None


def test_without_a_token_there_are_files_and_it_is_said_what_is_missing(company: Sandbox, tmp_path: Path) -> None:
    said = begin(company, tmp_path, "--yes", environ={"GITHUB_TOKEN": ""})
    assert "put GITHUB_TOKEN into .env" in said
    assert (tmp_path / "aftermath.yaml").exists()


def test_a_tracker_that_is_away_costs_its_people_and_it_is_said_how_to_look_again(
    company: Sandbox, tmp_path: Path
) -> None:
    jira = ["--jira-url", "http://127.0.0.1:9/jira", "--jira-project", PROJECT, "--jira-user", "aftermath@example.com"]
    said = begin(company, tmp_path, *jira, "--lead", LEAD, "--yes")
    assert f"Who works in jira:{PROJECT} could not be asked: " in said
    assert "the same call with --force looks again" in said
    ada = load_people(tmp_path / "people.yaml").people["ada"]
    assert dict(ada.accounts) == {"github": "ada"}


def test_a_token_that_is_not_taken_costs_the_people_file_and_is_not_kept(company: Sandbox, tmp_path: Path) -> None:
    said = begin(company, tmp_path, "--yes", environ={"GITHUB_TOKEN": "stolen-token"})
    assert "The token in GITHUB_TOKEN is not taken, and not kept. GitHub answered 401" in said
    assert "put GITHUB_TOKEN into .env" in said
    assert "unset GITHUB_TOKEN" in said, "an export in this terminal would come before what .env is given"
    assert "stolen-token" not in said
    assert "stolen-token" not in (tmp_path / ".env").read_text(encoding="utf-8")
    assert not (tmp_path / "people.yaml").exists()


def test_a_github_app_takes_a_token_s_place(company: Sandbox, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text(key_pair()[0], encoding="utf-8")
    app = ("--github-app", "12345", "--github-app-key", str(key))
    said = begin(company, tmp_path / "here", "--yes", "--webhooks", *app, environ={"GITHUB_TOKEN": ""})
    assert "The GitHub App is not let in yet. GitHub does not take the App's key." in said
    github = loaded(tmp_path / "here", {}).trackers["github"]
    assert github.app
    assert (github.app.id, github.token) == ("12345", key_pair()[0].strip())
    assert github.webhook_secret
    assert "GITHUB_TOKEN" not in (tmp_path / "here" / ".env.example").read_text(encoding="utf-8")


def test_questions_are_asked_where_no_option_answers_them(company: Sandbox, tmp_path: Path) -> None:
    """No Jira, a name of our own, all failures, the token typed in and kept in .env, Grace leads, and Mel above her."""
    typed = "\n".join(("", "shop", "n", f"{OUR_ACCOUNT}-token", "grace", "mel", ""))
    said = begin(company, tmp_path, environ={"GITHUB_TOKEN": ""}, typed=typed)
    config = loaded(tmp_path, {})
    assert (config.installation, config.limits.start_at) == ("shop", None)
    assert config.trackers["github"].token == f"{OUR_ACCOUNT}-token"
    people = load_people(tmp_path / "people.yaml")
    assert (people.default_lead, people.people["grace"].manager) == ("grace", "mel")
    assert f"{OUR_ACCOUNT}-token" not in said


@pytest.mark.parametrize(
    ("typed", "edition", "user", "site"),
    [
        pytest.param(
            ("https://acme.atlassian.net", "OPS", "a@acme.example"), "cloud", "a@acme.example", "", id="cloud"
        ),
        pytest.param(("https://jira.acme.example", "", "OPS"), "data-center", "", "", id="data-center by its address"),
        pytest.param(
            ("https://jira.acme.example", "cloud", "OPS", "a@acme.example"),
            "cloud",
            "a@acme.example",
            "",
            id="cloud all the same",
        ),
        pytest.param(
            (_GATEWAY, "https://acme.atlassian.net", "OPS", ""), "cloud", "", "https://acme.atlassian.net", id="gateway"
        ),
    ],
)
def test_of_each_jira_is_asked_what_it_needs_and_no_more(
    tmp_path: Path, typed: tuple[str, ...], edition: str, user: str, site: str
) -> None:
    """Its token is left for later, so that nobody is asked who is there."""
    given = ["init", "--folder", str(tmp_path), "--github", "", "--installation", "acme", "--all"]
    no_token = {"GITHUB_TOKEN": "", "JIRA_TOKEN": ""}
    done = CliRunner().invoke(build_app(given), given, env=no_token, input="\n".join((*typed, "", "")))
    assert done.exit_code == 0, done.output
    jira = loaded(tmp_path, {"JIRA_TOKEN": "0123456789abcdef"}).trackers["jira"]
    assert (jira.url, jira.edition, jira.user, jira.site) == (typed[0], edition, user, site)


# --- secrets ------------------------------------------------------------------------------------


def test_secrets_are_in_env_alone_which_nobody_else_may_read(company: Sandbox, tmp_path: Path) -> None:
    """P11."""
    begin(company, tmp_path, "--yes", "--webhooks")
    env = tmp_path / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    secrets = read_environment(env)
    assert set(secrets) == {"AFTERMATH_SECRET", "GITHUB_TOKEN", "GITHUB_WEBHOOK_SECRET"}
    assert len(set(secrets.values())) == 3
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert path == env or not [value for value in secrets.values() if value in text]


def test_two_installations_never_share_a_secret(company: Sandbox, tmp_path: Path) -> None:
    for name in ("one", "two"):
        begin(company, tmp_path / name, "--yes")
    one, two = (loaded(tmp_path / name).secret for name in ("one", "two"))
    assert one != two


def test_a_marker_secret_that_is_there_is_kept_even_by_force(company: Sandbox, tmp_path: Path) -> None:
    """P1: with another one Aftermath would not know its own tickets again."""
    (tmp_path / ".env").write_text("AFTERMATH_SECRET=the-one-of-three-years-ago", encoding="utf-8")
    (tmp_path / ".env").chmod(0o644)
    begin(company, tmp_path, "--yes", "--webhooks")
    begin(company, tmp_path, "--yes", "--webhooks", "--force")
    assert loaded(tmp_path).secret == "the-one-of-three-years-ago"
    assert (tmp_path / ".env").read_text(encoding="utf-8").count("=") == 3
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600


def test_files_that_are_there_are_not_overwritten_unasked(company: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("mine", encoding="utf-8")
    given = ["init", "--folder", str(tmp_path), "--github", REPOSITORY, "--yes"]
    done = CliRunner().invoke(build_app(given), given)
    assert done.exit_code == 2
    assert "nothing is overwritten" in done.output
    assert [path.name for path in tmp_path.iterdir()] == ["people.yaml"]


def test_the_token_of_one_terminal_is_there_in_every_other(company: Sandbox, tmp_path: Path) -> None:
    said = begin(company, tmp_path, "--yes")
    assert "It holds GITHUB_TOKEN too, for every terminal; only you can read it." in said
    assert loaded(tmp_path, {}).trackers["github"].token == TOKENS["GITHUB_TOKEN"]


def test_a_token_that_is_kept_elsewhere_is_not_written_down(company: Sandbox, tmp_path: Path) -> None:
    """P11: some keep them in a vault, and export them for a command."""
    begin(company, tmp_path, "--yes", "--no-tokens")
    assert TOKENS["GITHUB_TOKEN"] not in (tmp_path / ".env").read_text(encoding="utf-8")


# --- answers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        pytest.param(Answers("acme"), "a repository or a project", id="nothing-to-work-in"),
        pytest.param(replace(SMALLEST, installation="Acme Inc"), "1 to 32 of a-z", id="installation"),
        pytest.param(replace(SMALLEST, github=GitHub("acme/shop", app="12345")), "--github-app-key", id="no-app-key"),
        pytest.param(replace(SMALLEST, github=GitHub("acme/shop", app_key="a.pem")), "App's id", id="no-app-id"),
        pytest.param(replace(SMALLEST, github=GitHub("shop")), "OWNER/NAME", id="repository"),
        pytest.param(replace(SMALLEST, github=GitHub("acme/shop", "http://git.example")), "https://", id="plain-http"),
        pytest.param(replace(SMALLEST, github=GitHub("acme/shop", "git.example")), "no", id="no-url"),
        pytest.param(replace(SMALLEST, github=GitHub("acme/shop", "https://a:b@c")), "is not", id="credentials"),
        pytest.param(replace(SMALLEST, github=GitHub("acme/shop", "", "ghp_x y")), "variable", id="variable"),
        pytest.param(Answers("acme", None, Jira("https://a.example", "ops", "a@b")), "such as OPS", id="project"),
        pytest.param(Answers("acme", None, Jira("https://a.example", "OPS", "a b")), "e-mail", id="user"),
        pytest.param(
            Answers("acme", None, Jira("https://a.example", "OPS", "")),
            r"--jira-user aftermath@acme.*Data Center: --jira-kind data-center\.",
            id="nobody",
        ),
        pytest.param(
            Answers("acme", None, Jira("https://a.atlassian.net", "OPS", "")),
            r"--jira-user aftermath@acme.example, our account's e-mail address\.$",
            id="nobody-in-the-cloud",
        ),
        pytest.param(
            Answers("acme", None, Jira("https://a.example", "OPS", "a@b", edition="server")), "or data", id="kind"
        ),
        pytest.param(
            Answers("acme", None, Jira("https://a.atlassian.net", "OPS", "", edition="data-center")),
            "is Jira Cloud, run by Atlassian",
            id="no-data-center",
        ),
        pytest.param(
            Answers("acme", None, Jira("https://a.example", "OPS", "a:b", edition="data-center")),
            "a user name",
            id="name",
        ),
        pytest.param(Answers("acme", None, Jira(_GATEWAY, "OPS", "")), "--jira-site names", id="gateway"),
        pytest.param(Answers("acme", None, Jira(_GATEWAY, "OPS", "", site="acme")), "no.* address|address", id="site"),
        pytest.param(replace(SMALLEST, clock_url="http://clock.example"), "Only a sandbox", id="clock"),
        pytest.param(replace(SMALLEST, listen="7744"), "--listen 7744: 7744 is a port, and the host", id="listen"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told(answers: Answers, said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        checked(answers)


@pytest.mark.parametrize(
    ("repository", "jira_url", "proposed"),
    [
        pytest.param("acme/shop", "", "acme", id="owner"),
        pytest.param("Acme-Inc/shop", "https://else.example", "acme-inc", id="small-letters"),
        pytest.param("", "https://acme.atlassian.net", "acme", id="site"),
        pytest.param("", "http://127.0.0.1:7730/jira", "ops", id="a site that is a number alone"),
    ],
)
def test_a_name_is_proposed_for_the_installation(repository: str, jira_url: str, proposed: str) -> None:
    assert installation_from(repository, jira_url, "OPS") == proposed


_JIRA = Jira("https://acme.atlassian.net", "OPS", "aftermath@acme.example", ticket_type="Post mortem: all")
_HOUSE = Jira("https://jira.acme.example", "OPS", "", edition="data-center")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(SMALLEST, id="github"),
        pytest.param(Answers("acme", None, _JIRA), id="jira"),
        pytest.param(Answers("acme", None, _HOUSE), id="data-center"),
        pytest.param(Answers("acme", None, replace(_HOUSE, user="after math ü")), id="data-center-by-password"),
        pytest.param(Answers("acme", None, Jira(_GATEWAY, "OPS", "", site="https://acme.atlassian.net")), id="gateway"),
        pytest.param(Answers("acme", GitHub("acme/shop", "https://git.acme.example/api/v3"), _JIRA), id="both"),
        pytest.param(
            replace(SMALLEST, jira=_JIRA, start_on=dt.date(2026, 12, 1), has_webhooks=True, owns_account=True),
            id="everything",
        ),
        pytest.param(replace(SMALLEST, listen="[::1]:7755"), id="listening-elsewhere"),
        *(
            pytest.param(replace(SMALLEST, installation=word), id=f"installation-{word}")
            for word in ("127", "1e3", "null", "on", "-", "0")
        ),
    ],
)
@pytest.mark.parametrize("has_people", [True, False], ids=["people", "nobody"])
def test_every_file_that_can_be_written_can_be_read(tmp_path: Path, answers: Answers, has_people: bool) -> None:
    (tmp_path / "aftermath.yaml").write_text(configuration_text(checked(answers), has_people=has_people), "utf-8")
    (tmp_path / "people.yaml").write_text(people_text([Colleague("no", 'A "B" Ü', {"github": "no"})], ""), "utf-8")
    lines = example_text(answers).splitlines()
    environ = {line.removesuffix("="): "0123456789abcdef" for line in lines if line.endswith("=")}
    config = load_config(tmp_path / "aftermath.yaml", environ)
    assert config.warnings == ()
    assert config.installation == answers.installation
    if jira := answers.jira:
        read = config.trackers["jira"]
        assert (read.edition, read.user, read.site) == (jira.edition, jira.user, jira.site)
    assert list(config.trackers) == list(answers.variables.values())
    assert load_people(tmp_path / "people.yaml").people["no"].name == 'A "B" Ü'
    assert all(tracker.own_account is answers.owns_account for tracker in config.trackers.values())
    assert (config.host, config.port) == parse_listen(answers.listen)


# --- who is above whom --------------------------------------------------------------------------

THREE = [Colleague(one, one.title(), {"github": one}) for one in ("ada", "grace", "mel")]


@pytest.mark.parametrize(
    ("lead", "manager", "above"),
    [
        pytest.param("grace", "mel", {"ada": ("grace", ""), "grace": ("", "mel"), "mel": ("", "")}, id="both"),
        pytest.param("grace", "", {"ada": ("grace", ""), "grace": ("", ""), "mel": ("grace", "")}, id="a-lead"),
        pytest.param("", "mel", {"ada": ("", "mel"), "grace": ("", "mel"), "mel": ("", "")}, id="a-manager"),
        pytest.param("", "", {"ada": ("", ""), "grace": ("", ""), "mel": ("", "")}, id="nobody"),
    ],
)
def test_lead_and_manager_are_written_where_they_belong(
    tmp_path: Path, lead: str, manager: str, above: dict[str, tuple[str, str]]
) -> None:
    """Nobody is above the manager, and the manager is reached through the lead."""
    (tmp_path / "people.yaml").write_text(people_text(THREE, lead, manager), "utf-8")
    people = load_people(tmp_path / "people.yaml")
    assert {one.id: (one.lead, one.manager) for one in people.people.values()} == above
    assert people.default_lead == lead


# --- people -------------------------------------------------------------------------------------

Found = dict[str, tuple[Actor, ...]]


@pytest.mark.parametrize(
    ("found", "people"),
    [
        pytest.param(
            {"github": (Actor("ada", "Ada Byron"),), "jira": (Actor("5b1", "ada  byron"),)},
            {"ada": {"github": "ada", "jira": "5b1"}},
            id="one-name-one-person",
        ),
        pytest.param(
            {"github": (Actor("ada", "ada"),), "jira": (Actor("5b1", "Ada Byron"),)},
            {"ada": {"github": "ada"}, "ada-byron": {"jira": "5b1"}},
            id="not-recognised",
        ),
        pytest.param(
            {"github": (Actor("ab1", "Ada Byron"), Actor("ab2", "Ada Byron"))},
            {"ab1": {"github": "ab1"}, "ab2": {"github": "ab2"}},
            id="two-of-one-name",
        ),
        pytest.param(
            {"jira": (Actor("5b1", "Ада"), Actor("5b2", "Бен"))},
            {"somebody": {"jira": "5b1"}, "somebody-2": {"jira": "5b2"}},
            id="names-without-latin-letters",
        ),
    ],
)
def test_people_are_recognised_across_trackers_by_name(found: Found, people: dict[str, dict[str, str]]) -> None:
    assert {one.id: dict(one.accounts) for one in merged(found)} == people
