"""How a tracker is reached, as it stands in the configuration: what a good file gives, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.access import TIMEOUT_S
from connectors.sandbox.clock import SandboxClock
from connectors.sandbox.jira_api import JiraApi
from connectors.sandbox.jira_server_api import JiraServerApi
from connectors.sandbox.server import Sandbox
from tests.authority import Authority
from tests.connectors.github.app_company import key_pair
from tests.connectors.jira.jira_house import START
from worker.clock import SystemClock
from worker.config import Config, ConfigError, TrackerSettings, load_config
from worker.trackers import build_tracker, key_on_page, web_address

GATEWAY = "https://api.atlassian.com/ex/jira/11111111-2222"
SITE = "https://acme.atlassian.net"
ENVIRON = {"TOKEN": "token-value-1", "PROXY_PASSWORD": "proxy-pass", "APP_KEY": key_pair()[0].replace("\n", "\\n")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key.pem").write_text(key_pair()[0], encoding="utf-8")
    (tmp_path / "ca.pem").write_text(Authority().pem, encoding="utf-8")
    (tmp_path / "nonsense.pem").write_text("no certificate", encoding="utf-8")
    return tmp_path


def load(folder: Path, tracker: str) -> Config:
    place = "t:OPS" if "kind: jira" in tracker else "t:acme/shop"
    text = f"aftermath: 1\ninstallation: acme\nsecret: ${{TOKEN}}-0123456789\ntrackers:\n  t: {{{tracker}}}\n"
    (folder / "aftermath.yaml").write_text(f"{text}watch: ['{place}']\n", encoding="utf-8")
    return load_config(folder / "aftermath.yaml", ENVIRON)


def settings(folder: Path, tracker: str) -> TrackerSettings:
    return load(folder, tracker).trackers["t"]


GITHUB = "kind: github, token: '${TOKEN}'"
JIRA = f"kind: jira, url: {SITE}, user: bot@acme.test, token: '${{TOKEN}}'"
DATA_CENTER = "kind: jira, edition: data-center, url: https://jira.acme.test, token: '${TOKEN}'"


def test_without_further_words_the_environment_has_the_say(folder: Path) -> None:
    access = settings(folder, GITHUB).access
    assert (access.proxy, access.ca_file, access.timeout_s) == ("", "", TIMEOUT_S)


def test_proxy_authority_and_time_limit_are_each_tracker_s_own(folder: Path) -> None:
    given = "proxy: 'http://us:${PROXY_PASSWORD}@proxy:3128', ca_file: ca.pem, timeout: 1 m"
    config = load(folder, f"{GITHUB}, {given}")
    access = config.trackers["t"].access
    assert access.proxy == "http://us:proxy-pass@proxy:3128"
    assert access.ca_file == str(folder.resolve() / "ca.pem")
    assert access.timeout_s == 60
    assert "proxy-pass" in config.secrets
    assert "proxy-pass" not in repr(config)


@pytest.mark.parametrize("key", ["private_key_file: key.pem", "private_key: '${APP_KEY}'"])
def test_an_app_takes_a_token_s_place(folder: Path, key: str) -> None:
    found = settings(folder, f"kind: github, app: {{id: 12345, {key}, installation: 678}}")
    assert found.app
    assert (found.app.id, found.app.installation) == ("12345", 678)
    assert found.token == key_pair()[0].strip()
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize(
    ("tracker", "edition", "user", "site"),
    [
        pytest.param(JIRA, "cloud", "bot@acme.test", "", id="cloud"),
        pytest.param(DATA_CENTER, "data-center", "", "", id="data-center-token"),
        pytest.param(f"{DATA_CENTER}, user: bot", "data-center", "bot", "", id="data-center-password"),
        pytest.param(
            f"kind: jira, url: {GATEWAY}, site: {SITE}/, token: '${{TOKEN}}'", "cloud", "", SITE, id="gateway-bearer"
        ),
    ],
)
def test_a_jira_is_reached_in_several_ways(folder: Path, tracker: str, edition: str, user: str, site: str) -> None:
    found = settings(folder, tracker)
    assert (found.edition, found.user, found.site) == (edition, user, site)


def test_people_look_at_the_site_and_not_at_the_gateway(folder: Path) -> None:
    found = settings(folder, f"kind: jira, url: {GATEWAY}, site: {SITE}, token: '${{TOKEN}}'")
    assert web_address(found) == SITE
    assert key_on_page(found, f"{SITE}/browse/OPS-12") == "OPS-12"
    assert key_on_page(found, f"{GATEWAY}/browse/OPS-12") == ""


@pytest.mark.parametrize(
    ("tracker", "told"),
    [
        pytest.param("kind: github", '"token" is missing', id="nothing"),
        pytest.param(f"{GITHUB}, app: {{id: 1, private_key_file: key.pem}}", "one of them is enough", id="both"),
        pytest.param("kind: github, app: {id: 1}", '"private_key_file" is missing', id="app-without-a-key"),
        pytest.param("kind: github, app: {private_key_file: key.pem}", "id", id="app-without-an-id"),
        pytest.param("kind: github, app: {id: x, private_key_file: key.pem}", "is no App's id", id="app-id"),
        pytest.param("kind: github, app: {id: 1, private_key_file: ca.pem}", "this is no private key", id="no-key"),
        pytest.param("kind: github, app: {id: 1, private_key_file: a.pem}", "cannot be read", id="key-missing"),
        pytest.param("kind: github, app: {id: 1, private_key: abc}", "a secret in plain text", id="key-in-plain-text"),
        pytest.param(
            "kind: github, app: {id: 1, private_key_file: key.pem, installation: 0}", "no installation", id="inst"
        ),
        pytest.param(f"{JIRA}, app: {{id: 1, private_key_file: key.pem}}", "no such Apps", id="app-of-jira"),
        pytest.param(f"{GITHUB}, edition: data-center", "GitHub wants no edition", id="edition-of-github"),
        pytest.param(f"{GITHUB}, site: {SITE}", "GitHub wants no site", id="site-of-github"),
        pytest.param(f"{JIRA}, edition: server", "allowed: cloud, data-center", id="edition-unknown"),
        pytest.param(f"kind: jira, url: {GATEWAY}, token: '${{TOKEN}}'", '"site" is missing', id="gateway-no-site"),
        pytest.param(f"kind: jira, url: {SITE}, token: '${{TOKEN}}'", '"user" is missing', id="cloud-without-user"),
        pytest.param(f"{DATA_CENTER}, site: 'jira'", "no address of a tracker", id="site-no-address"),
        pytest.param(f"{GITHUB}, proxy: 'proxy:3128'", "no address of a proxy", id="proxy-no-address"),
        pytest.param(f"{GITHUB}, proxy: 'socks5://proxy:1'", "no address of a proxy", id="proxy-socks"),
        pytest.param(f"{GITHUB}, proxy: 'http://proxy:99999'", "no address of a proxy", id="proxy-port"),
        pytest.param(f"{GITHUB}, proxy: 'http://u:pw@proxy:1'", "a password in plain text", id="proxy-password"),
        pytest.param(f"{GITHUB}, ca_file: none.pem", "the file cannot be read", id="ca-missing"),
        pytest.param(f"{GITHUB}, ca_file: nonsense.pem", "no certificate can be read", id="ca-nonsense"),
        pytest.param(f"{GITHUB}, timeout: 0 s", "does not look ahead", id="timeout-nought"),
        pytest.param(f"{GITHUB}, timeout: 2 m", "1 s to 60 s", id="timeout-long"),
        pytest.param(f"{GITHUB}, timeout: 1 business day", "1 s to 60 s", id="timeout-business"),
        pytest.param(f"{GITHUB}, timeout: soon", "1 s to 60 s", id="timeout-words"),
        pytest.param(f"{GITHUB}, timeout: 15", "1 s to 60 s", id="timeout-without-unit"),
    ],
)
def test_a_mistake_is_told_where_it_stands(folder: Path, tracker: str, told: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(folder, tracker)
    assert told in str(raised.value)
    assert "aftermath.yaml:" in str(raised.value)
    assert "proxy-pass" not in str(raised.value)
    assert "u:pw" not in str(raised.value)


@pytest.mark.parametrize(
    ("api", "edition", "user", "token"),
    [
        pytest.param(JiraApi, "cloud", "bot@acme.test", "bot-token", id="cloud-user-and-token"),
        pytest.param(JiraApi, "cloud", "", "bot-token", id="cloud-bearer"),
        pytest.param(JiraServerApi, "data-center", "", "bot-token", id="data-center-token"),
        pytest.param(JiraServerApi, "data-center", "bot", "bot-password", id="data-center-password"),
    ],
)
def test_each_way_into_a_jira_lets_us_in(folder: Path, api: type[JiraApi], edition: str, user: str, token: str) -> None:
    sandbox = Sandbox(SandboxClock(START))
    site = sandbox.world.add_site("jira", "jira")
    site.add_account("bot", "Aftermath")
    sandbox.mount(api(site, sandbox.url("jira"), sandbox.clock.now))
    way = f"kind: jira, edition: {edition}, url: '{sandbox.url('jira')}', user: '{user}', token: {token}"
    config = load(folder, way)
    with sandbox:
        tracker, _ = build_tracker(config.trackers["t"], config, SystemClock(), "Task")
        assert tracker.who_we_are().name == "Aftermath"


def test_several_trackers_of_each_kind_live_side_by_side(folder: Path) -> None:
    text = (
        "aftermath: 1\ninstallation: acme\nsecret: ${TOKEN}-0123456789\ntrackers:\n"
        f"  hub: {{{GITHUB}}}\n  ghes: {{{GITHUB}, url: https://git.acme.test/api/v3, timeout: 5 s}}\n"
        f"  app: {{kind: github, app: {{id: 1, private_key_file: key.pem}}}}\n  cloud: {{{JIRA}}}\n"
        f"  dc: {{{DATA_CENTER}}}\nwatch: ['hub:acme/shop', 'ghes:acme/shop', 'app:acme/shop', 'cloud:OPS', 'dc:OPS']\n"
    )
    (folder / "aftermath.yaml").write_text(text, encoding="utf-8")
    config = load_config(folder / "aftermath.yaml", ENVIRON)
    assert [one.access.timeout_s for one in config.trackers.values()] == [15, 5, 15, 15, 15]
    assert len({one.url for one in config.trackers.values()}) == 4
