"""Pages on cases in a browser: behind a password, and what they show is what `explain` says."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from connectors.sandbox.server import Sandbox
from tests.worker.web_rig import Rig
from worker.config import ConfigError, load_config
from worker.ledger.database import open_memory_ledger
from worker.logs import Mask
from worker.pages.drawing import case_path, draw_sentence
from worker.program import compose
from worker.sandbox import OUR_ACCOUNT, REPOSITORY

PASSWORD = "a password & a long one"
NASTY = '<script>alert(1)</script> [x](javascript:1) "quoted" & {{ 7 * 7 }} \u202egnp.exe'


def rig_with(config_file: Path, *lines: str) -> Rig:
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
    return Rig(compose(load_config(config_file, os.environ), ledger=open_memory_ledger()))


@pytest.fixture
def rig(config_file: Path) -> Iterator[Rig]:
    rig = rig_with(config_file, f"page_password: {PASSWORD!r}")
    yield rig
    rig.server.stop()
    rig.program.close()


def asked(rig: Rig, path: str, password: str = PASSWORD) -> requests.Response:
    return requests.get(rig.server.url + path, auth=("anybody", password), timeout=20)


def a_failure(company: Sandbox, title: str = "Checkout is down") -> str:
    site = company.world.sites["github"]
    return site.open_ticket("ada", REPOSITORY, title, labels=("failure", "sev2"), assignees=("ada",)).key


def test_a_case_s_page_tells_what_explain_tells(rig: Rig, company: Sandbox) -> None:
    """P8: the page, the command and the status comment have one source."""
    key = a_failure(company)
    answer = asked(rig, case_path(f"github:{key}"))
    assert answer.status_code == 200, answer.text
    for words in (
        "<h1><bdi>Checkout is down</bdi></h1>",
        "a first word from ",
        "Rules that do not apply",
        "<bdi>silent, since the failure&#39;s severity is 2, and 1 is asked</bdi>",
        "it counts from the failure label, put on by ",
    ):
        assert words in answer.text
    assert company.counts.writes("github", OUR_ACCOUNT) == 0


def test_the_list_leads_to_every_case(rig: Rig, company: Sandbox) -> None:
    key = a_failure(company)
    rig.program.rebuild()
    page = asked(rig, "/cases").text
    assert f'<a href="/cases/github%3A{key.replace("/", "%2F").replace("#", "%23")}">' in page
    assert asked(rig, case_path(f"github:{key}")).status_code == 200


@pytest.mark.parametrize("path", ["/cases", "/cases/github%3Aacme%2Fshop%231"])
@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("", id="none"),
        pytest.param("Basic", id="half"),
        pytest.param("Basic ???", id="garbage"),
        pytest.param("Bearer " + PASSWORD, id="bearer"),
        pytest.param("Basic " + base64.b64encode(b"ada:").decode(), id="empty"),
        pytest.param("Basic " + base64.b64encode(b"ada:wrong").decode(), id="wrong"),
        pytest.param("Basic " + base64.b64encode(PASSWORD.encode()).decode(), id="without-a-name"),
        pytest.param("Basic " + base64.b64encode(b"ada:\xff\xfe").decode(), id="no-text"),
    ],
)
def test_without_the_password_nothing_is_shown_and_no_tracker_asked(
    rig: Rig, company: Sandbox, path: str, authorization: str
) -> None:
    """P11, P14."""
    answer = requests.get(rig.server.url + path, headers={"Authorization": authorization}, timeout=10)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert "acme" not in answer.text
    assert company.counts.reads() == 0


def test_without_a_password_in_the_configuration_there_is_no_page(config_file: Path) -> None:
    """P14: nobody who was given nothing sees anything."""
    rig = rig_with(config_file)
    assert [rig.get(path).status_code for path in ("/cases", "/cases/github:acme/shop")] == [404, 404]
    rig.server.stop()
    rig.program.close()


def test_text_from_a_ticket_is_data_in_a_page(rig: Rig, company: Sandbox) -> None:
    """P11: it can neither run, link nor style anything."""
    key = a_failure(company, NASTY)
    answer = asked(rig, case_path(f"github:{key}"))
    assert "<script" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "{{ 7 * 7 }}" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_secret_is_masked_before_it_is_escaped() -> None:
    """P11."""
    page = draw_sentence(f"it said {PASSWORD}", Mask([PASSWORD]))
    assert "password" not in page
    assert "it said •••" in page


@pytest.mark.parametrize(
    ("written", "status", "told"),
    [
        pytest.param("github:acme/shop#99", 404, "is not there", id="no-such-ticket"),
        pytest.param("seven", 404, "is no ticket", id="no-reference"),
        pytest.param("x" * 5_000, 404, "", id="too-long"),
        pytest.param("../../etc/passwd", 404, "", id="path"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(rig: Rig, written: str, status: int, told: str) -> None:
    answer = asked(rig, case_path(written))
    assert answer.status_code == status
    assert told in answer.text


def test_a_ticket_that_is_no_failure_says_so_and_shows_nothing_of_it(rig: Rig, company: Sandbox) -> None:
    """P14: not even its title."""
    key = company.world.sites["github"].open_ticket("ada", REPOSITORY, "A secret wish").key
    answer = asked(rig, case_path(f"github:{key}"))
    assert answer.status_code == 404
    assert "it carries none of the labels failure" in answer.text
    assert "wish" not in answer.text


def test_a_page_that_is_asked_for_again_at_once_costs_no_request(rig: Rig, company: Sandbox) -> None:
    key = a_failure(company)
    first = asked(rig, case_path(f"github:{key}"))
    reads = company.counts.reads()
    assert asked(rig, case_path(f"github:{key}")).text == first.text
    assert company.counts.reads() == reads > 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("page_password: short", "the password is too short (5 characters)", id="short"),
        pytest.param("page_password: ${NO_SUCH_VARIABLE}", "NO_SUCH_VARIABLE is not set", id="unset"),
        pytest.param("page_passwort: a-long-enough-password", "page_passwort", id="mistyped"),
    ],
)
def test_a_password_that_cannot_be_used_is_an_error_at_load(config_file: Path, line: str, told: str) -> None:
    with config_file.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    with pytest.raises(ConfigError) as error:
        load_config(config_file, os.environ)
    assert told in str(error.value)
    assert "long-enough" not in str(error.value), "a secret is shown nowhere"


def test_the_password_is_shown_nowhere(config_file: Path) -> None:
    """P11."""
    rig = rig_with(config_file, f"page_password: {PASSWORD!r}")
    assert PASSWORD not in repr(rig.program.config)
    assert PASSWORD in rig.program.config.secrets
    rig.server.stop()
    rig.program.close()


def test_a_password_in_plain_text_will_do_on_this_machine_alone(config_file: Path) -> None:
    """P11: what others can reach has its secrets elsewhere."""
    text = config_file.read_text(encoding="utf-8").replace("127.0.0.1:0", "0.0.0.0:7744")
    config_file.write_text(f"{text}page_password: a-long-enough-password\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="a secret in plain text"):
        load_config(config_file, os.environ)
