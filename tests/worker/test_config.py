"""The configuration: what a good file gives, and how each mistake is told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from rules.refs import Place
from worker.config import Config, ConfigError, Opening, load_config

GOOD = """\
aftermath: 1
installation: acme
secret: ${AFTERMATH_SECRET}
trackers:
  github: {kind: github, token: "${GITHUB_TOKEN}", webhook_secret: "${HOOK_SECRET}"}
  jira: {kind: jira, url: https://acme.atlassian.net, user: bot@acme.test, token: "${JIRA_TOKEN}"}
watch: ["github:acme/shop"]
post_mortems: {place: "jira:OPS", type: Task}
"""
ENVIRON = {
    "AFTERMATH_SECRET": "0123456789abcdef-secret",
    "GITHUB_TOKEN": "github-token-value",
    "HOOK_SECRET": "hook-secret-value",
    "JIRA_TOKEN": "jira-token-value",
    "SHORT": "tooshort",
    "EMPTY": "",
}


def load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "aftermath.yaml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, ENVIRON)


def complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, text)
    return str(raised.value)


def test_a_good_file_gives_its_settings_and_sensible_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    assert config.installation == "acme"
    assert config.secret == ENVIRON["AFTERMATH_SECRET"]
    assert config.trackers["github"].url == "https://api.github.com"
    assert config.trackers["jira"].user == "bot@acme.test"
    assert config.watch == (Place("github", "acme/shop"),)
    assert config.post_mortems == Place("jira", "OPS")
    assert config.openings == {"post-mortem": Opening("Task")}
    assert config.ledger_url == f"sqlite:///{tmp_path.resolve()}/.aftermath/aftermath.db"
    assert (config.queue_url, config.host, config.port, config.workers) == ("", "127.0.0.1", 7744, 4)
    assert config.poll_every == dt.timedelta(minutes=5)
    assert config.warnings == ()


def test_actions_are_looked_for_beside_the_failure_and_post_mortems_where_they_are_routed(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD)
    assert config.opened_in == (Place("github", "acme/shop"), Place("jira", "OPS"))


def test_nothing_is_looked_for_beside_the_failure_when_both_kinds_are_routed(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD + 'actions: {place: "jira:OPS"}\n')
    assert config.opened_in == (Place("jira", "OPS"),)
    assert config.places == (Place("github", "acme/shop"), Place("jira", "OPS"))


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        pytest.param("secret: $", "sceret: $", "3:1", '"sceret" is no key here', id="unknown-key"),
        pytest.param("secret: $", "sceret: $", "3:1", 'did you mean "secret"?', id="unknown-key-suggestion"),
        pytest.param("kind: github,", "kind: gitlab,", "5:18", '"gitlab" is not allowed here', id="unknown-kind"),
        pytest.param("watch: [", "workers: four\nwatch: [", "7:10", "a whole number is wanted", id="wrong-type"),
        pytest.param("watch: [", "workers: 0\nwatch: [", "7:10", "allowed: 1 to 64", id="no-workers"),
        pytest.param("installation: acme\n", "", "1:1", '"installation" is missing', id="missing-key"),
        pytest.param("acme\nsecret", "Acme!\nsecret", "2:15", '"Acme!" cannot be an installation', id="installation"),
        pytest.param("aftermath: 1", "aftermath: 2", "1:12", "2", id="unknown-version"),
        pytest.param("AFTERMATH_SECRET", "AFTERMATH_SECRT", "3:9", "AFTERMATH_SECRT is not set", id="unset-variable"),
        pytest.param(
            "AFTERMATH_SECRET", "AFTERMATH_SECRT", "3:9", 'did you mean "AFTERMATH_SECRET"?', id="variable-suggestion"
        ),
        pytest.param("AFTERMATH_SECRET", "EMPTY", "3:9", "EMPTY is empty", id="empty-variable"),
        pytest.param("AFTERMATH_SECRET", "SHORT", "3:9", "too short (8 characters)", id="short-secret"),
        pytest.param("secret: ${AFTERMATH_SECRET}\n", "", "1:1", '"secret" is missing', id="no-secret"),
        pytest.param("${GITHUB_TOKEN}", "plain-token", "5:33", "a secret in plain text", id="plain-secret"),
        pytest.param("${GITHUB_TOKEN}", "${GITHUB_TOKEN", "5:33", "a half-written variable", id="half-a-variable"),
        pytest.param(', token: "${JIRA_TOKEN}"', "", "6:9", '"token" is missing', id="no-token"),
        pytest.param("url: https://acme.atlassian.net, ", "", "6:9", '"url" is missing', id="jira-without-url"),
        pytest.param("https://acme", "http://acme", "6:27", "the token could be read on its way", id="plain-http"),
        pytest.param("https://acme", "https://me:pw@acme", "6:27", "credentials do not belong", id="login-in-url"),
        pytest.param('["github:acme/shop"]', '["acme/shop"]', "7:9", '"acme/shop" is no place', id="no-place"),
        pytest.param('["github:', '["githup:', "7:9", 'did you mean "github"?', id="unknown-tracker"),
        pytest.param('["github:acme/shop"]', '["github:shop"]', "7:9", "a repository such as acme/shop", id="no-repo"),
        pytest.param('"jira:OPS"', '"jira:ops-1"', "8:23", "a project's key such as OPS", id="no-project"),
        pytest.param('["github:acme/shop"]', "[]", "7:8", "nothing is watched", id="nothing-watched"),
        pytest.param("watch: [", "poll_every: 5 business days\nwatch: [", "7:13", "clock time", id="business-poll"),
        pytest.param("watch: [", "poll_every: 5\nwatch: [", "7:13", "such as 90 s", id="no-unit"),
        pytest.param("watch: [", "poll_every: 5 minits\nwatch: [", "7:13", "is no duration", id="no-duration"),
        pytest.param("watch: [", "policy: acountability\nwatch: [", "7:9", '"accountability"?', id="unknown-pack"),
        pytest.param("watch: [", "people: who.yaml\nwatch: [", "7:9", 'there is no file "who.yaml"', id="no-people"),
        pytest.param("watch: [", "listen: 7744\nwatch: [", "7:9", "the host is missing", id="listen-number"),
        pytest.param("watch: [", 'listen: "7744"\nwatch: [', "7:9", '"127.0.0.1:7744" for', id="listen-without-host"),
        pytest.param("watch: [", "listen: all\nwatch: [", "7:9", "nothing to listen on", id="listen-nowhere"),
        pytest.param("watch: [", "listen: 77440\nwatch: [", "7:9", "such as 127.0.0.1:7744", id="listen-no-port"),
        pytest.param("watch: [", "listen:\nwatch: [", "7:8", "nothing stands here", id="listen-empty"),
        pytest.param("watch: [", "clock: https://time.test/\nwatch: [", "7:8", "only a sandbox", id="foreign-clock"),
        pytest.param("watch: [", "ledger: mysql://x/y\nwatch: [", "7:9", "this is no ledger", id="unknown-database"),
        pytest.param("watch: [", "queue: amqp://x\nwatch: [", "7:8", "this is no queue", id="unknown-queue"),
        pytest.param(
            "watch: [",
            "queue: redis://:pw@far.test/0\nwatch: [",
            "7:8",
            "a password in plain text",
            id="plain-password",
        ),
        pytest.param("watch: [", "limits: {mentions_per_day: 0}\nwatch: [", "7:28", "the least is 1", id="no-mentions"),
        pytest.param("watch: [", "limits: {start_at: soon}\nwatch: [", "7:20", '"soon" is no moment', id="no-moment"),
        pytest.param("secret: $", "secret_file: none.txt\nsecret: $", "3:14", "both given", id="value-and-file"),
        pytest.param(
            'token: "${JIRA_TOKEN}"', "token_file: none.txt", "6:88", "the file cannot be read", id="no-secret-file"
        ),
        pytest.param("installation: acme", "installation: a\ninstallation: b", "3:1", "is here twice", id="twice"),
        pytest.param("watch: [", "watch [", "7:1", "is no YAML", id="no-yaml"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, at: str, said: str
) -> None:
    assert old in GOOD
    told = complaint(tmp_path, GOOD.replace(old, new, 1))
    assert f"aftermath.yaml:{at}: " in told
    assert said in told


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = complaint(tmp_path, GOOD.replace("acme\n", "ACME\n", 1) + "workers: 0\npolicy: nothing-here\n")
    assert told.count("aftermath.yaml:") == 3


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_config(tmp_path / "aftermath.yaml", {})


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(GOOD.replace("${GITHUB_TOKEN}", "hunter2-in-the-open"), id="plain-token"),
        pytest.param(GOOD.replace("${AFTERMATH_SECRET}", "hunter2-short"), id="plain-short-secret"),
        pytest.param(GOOD + "queue: redis://:hunter2@far.test/0\n", id="password-in-a-url"),
        pytest.param(GOOD + "ledger: mysql://me:hunter2@far.test/x\n", id="password-in-a-wrong-url"),
        pytest.param(GOOD.replace("kind: github,", "kind: github, tokem: hunter2,"), id="misspelt-token"),
        pytest.param(GOOD.replace("secret: $", "sceret: hunter2 $"), id="misspelt-secret"),
    ],
)
def test_no_error_shows_a_secret(tmp_path: Path, broken: str) -> None:
    """P11: neither the message nor the excerpt of the line."""
    assert "hunter2" not in complaint(tmp_path, broken)


def test_a_repr_of_the_configuration_shows_no_secret(tmp_path: Path) -> None:
    """P11: a configuration ends up in a traceback sooner or later."""
    config = load(tmp_path, GOOD)
    assert not [value for value in ENVIRON.values() if len(value) > 8 and value in repr(config)]


def test_a_secret_is_read_from_a_file_without_the_newline_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "token.txt").write_text("from-a-file\n", encoding="utf-8")
    config = load(tmp_path, GOOD.replace('token: "${JIRA_TOKEN}"', "token_file: token.txt"))
    assert config.trackers["jira"].token == "from-a-file"


def test_plain_secrets_towards_this_machine_are_taken_with_one_warning(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        "aftermath: 1\ninstallation: acme\nsecret: plain-but-long-enough\n"
        "trackers: {github: {kind: github, url: http://127.0.0.1:9/github, token: plain}}\n"
        'watch: ["github:acme/shop"]\n',
    )
    assert config.warnings == ("in plain text, which is fine for a sandbox only: trackers.github.token, secret",)


def test_a_plain_marker_secret_is_refused_as_soon_as_one_tracker_is_elsewhere(tmp_path: Path) -> None:
    assert "3:9: secret: a secret in plain text" in complaint(
        tmp_path, GOOD.replace("${AFTERMATH_SECRET}", "plain-but-long-enough")
    )


def test_a_postgresql_url_gets_the_driver_that_is_installed(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD + "ledger: postgresql://localhost/aftermath\n")
    assert config.ledger_url == "postgresql+psycopg://localhost/aftermath"


def test_passwords_in_urls_are_among_the_secrets_to_be_masked(tmp_path: Path) -> None:
    config = load(tmp_path, GOOD + "queue: redis://:hunter2@127.0.0.1/0\n")
    assert "hunter2" in config.secrets


# --- in a terminal without the tokens -----------------------------------------------------------


def test_who_asks_no_tracker_needs_no_token(tmp_path: Path) -> None:
    path = tmp_path / "aftermath.yaml"
    path.write_text(GOOD.replace('token: "${JIRA_TOKEN}"', "token_file: none.txt"), encoding="utf-8")
    config = load_config(path, {}, asks_trackers=False)
    assert [(tracker.token, tracker.webhook_secret.now()) for tracker in config.trackers.values()] == [
        ("", ""),
        ("", ""),
    ]
    assert config.watch == (Place("github", "acme/shop"),)


def test_what_is_not_a_tracker_s_is_needed_by_everybody(tmp_path: Path) -> None:
    path = tmp_path / "aftermath.yaml"
    path.write_text(f"{GOOD}queue: redis://:${{QUEUE_PASSWORD}}@far.test/0\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="the environment variable QUEUE_PASSWORD is not set"):
        load_config(path, {}, asks_trackers=False)


@pytest.mark.parametrize(
    ("there", "meant"),
    [
        pytest.param("GITHUB_TOKENS", 'did you mean "GITHUB_TOKENS"?', id="a-slip"),
        pytest.param("GITHUB_WEBHOOK_SECRET", "", id="another-one"),
    ],
)
def test_a_variable_is_proposed_only_where_it_can_be_the_one_that_is_meant(
    tmp_path: Path, there: str, meant: str
) -> None:
    path = tmp_path / "aftermath.yaml"
    path.write_text(GOOD, encoding="utf-8")
    environ = {name: value for name, value in ENVIRON.items() if name != "GITHUB_TOKEN"}
    with pytest.raises(ConfigError) as raised:
        load_config(path, {**environ, there: "x"})
    assert "the environment variable GITHUB_TOKEN is not set" in str(raised.value)
    assert ("did you mean" in str(raised.value), meant in str(raised.value)) == (bool(meant), True)
