"""Who is mentioned: exactly those meant (P11)."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.github.mentions import with_mentions

Z = "\N{ZERO WIDTH SPACE}"


@pytest.mark.parametrize(
    ("body", "written"),
    [
        pytest.param("Over to [Ada L.](mention:ada), please.", "Over to @ada, please.", id="a-mention"),
        pytest.param("[A](mention:ada) [B](mention:bob-2)", "@ada @bob-2", id="two"),
        pytest.param(r"[A \[ops\]](mention:ada)", "@ada", id="escaped-brackets"),
        pytest.param("[R](mention:robo[bot])", "@robo[bot]", id="a-bot"),
        pytest.param("[R](mention:acme/everyone)", "R", id="a-team-is-no-account"),
        pytest.param("[@all](mention:no!)", f"@{Z}all", id="a-name-that-mentions"),
        pytest.param("Thanks @bob", f"Thanks @{Z}bob", id="loose"),
        pytest.param("(@acme/everyone)", f"(@{Z}acme/everyone)", id="a-team"),
        pytest.param("`@bob`", f"`@{Z}bob`", id="in-code"),
        pytest.param("ada@example.org", "ada@example.org", id="mail"),
        pytest.param("https://example.org/@bob x", "https://example.org/@bob x", id="a-page"),
        pytest.param("https://@bob", f"https://@{Z}bob", id="no-page"),
        pytest.param("https://example.org/(@bob)", f"https://example.org/(@{Z}bob)", id="after-a-page"),
        pytest.param("[a link](https://example.org)", "[a link](https://example.org)", id="a-link-stays"),
        pytest.param("@ 5 pm", "@ 5 pm", id="an-at-sign"),
        pytest.param(f"@{Z}bob", f"@{Z}bob", id="harmless-already"),
    ],
)
def test_a_text_is_written_with_its_mentions(body: str, written: str) -> None:
    assert with_mentions(body) == written


@given(st.text(alphabet="@ab[]()\\:/ .h\n`", max_size=40))
def test_no_text_without_a_mention_mentions_anybody(body: str) -> None:
    parts = with_mentions(body).split("@")
    for before, after in itertools.pairwise(parts):
        assert not after[:1].isalnum() or before[-1:].isalnum()
