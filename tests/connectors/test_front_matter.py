"""Markers in front matter: found whatever people make of a file, believed only where we signed them."""

from __future__ import annotations

import pytest
import yaml

from connectors.front_matter import marker_in, with_marker
from connectors.markers import MarkerCodec
from rules.facts import Marker

CODEC = MarkerCodec("acme", b"a secret of these tests")
MARKER = Marker("abcdefghij234567abcd.1", "klmnopqrst234567klmn", "lesson-file")
BODY = '---\ncase: "abcdefghij234567abcd.1"\ndate: 2026-03-05\n---\n\n# Checkout was down\n'
FILE = with_marker(BODY, MARKER, CODEC)
ENTRY = FILE.splitlines()[1]


def test_the_marker_is_the_first_entry_and_the_rest_stays_as_it_was() -> None:
    assert ENTRY.startswith('aftermath: "aftermath/1 i=acme ')
    assert BODY.replace("---\n", f"---\n{ENTRY}\n", 1) == FILE
    assert sorted(yaml.safe_load(FILE.split("---\n")[1])) == ["aftermath", "case", "date"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(FILE, id="as we wrote it"),
        pytest.param(FILE.replace("\n", "\r\n"), id="with another system's line ends"),
        pytest.param("\ufeff" + FILE, id="with a byte order mark"),
        pytest.param(FILE.replace('"aftermath/1', "aftermath/1").replace(f'{ENTRY[-9:-1]}"', ENTRY[-9:-1]), id="plain"),
        pytest.param(f"---\ntags: [x]\n{ENTRY}\n---\n\nAll new.\n", id="rewritten by people"),
        pytest.param(f"---\n{ENTRY}\n", id="without an end"),
    ],
)
def test_a_file_of_ours_is_known_again(text: str) -> None:
    """P12: whatever people make of its text."""
    assert marker_in(text, CODEC) == MARKER


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("# Checkout was down\n", id="no front matter"),
        pytest.param(f"# Intro\n\n{FILE}", id="not at the beginning"),
        pytest.param(f"---\ncase: x\n---\n{ENTRY}\n", id="below the front matter"),
        pytest.param(f"---\nnote: >\n  {ENTRY}\n---\n", id="inside another entry"),
        pytest.param(FILE.replace("i=acme", "i=other"), id="another installation's"),
        pytest.param(FILE.replace("c=abc", "c=abd"), id="changed"),
    ],
)
def test_what_only_looks_like_ours_is_not(text: str) -> None:
    assert marker_in(text, CODEC) is None


def test_another_secrets_marker_is_not_believed() -> None:
    assert marker_in(FILE, MarkerCodec("acme", b"another secret altogether")) is None


@pytest.mark.parametrize("body", ["", "# Checkout was down\n", "---"], ids=["empty", "no-front-matter", "no-line-end"])
def test_a_body_without_front_matter_is_never_written(body: str) -> None:
    with pytest.raises(ValueError, match="front matter"):
        with_marker(body, MARKER, CODEC)
