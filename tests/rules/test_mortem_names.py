"""Which tickets call themselves post-mortems."""

from __future__ import annotations

import pytest

from rules.mortem_names import names_post_mortem


@pytest.mark.parametrize(
    ("title", "labels"),
    [
        pytest.param("Post-mortem: Checkout is down", (), id="ours-would-be-called-so"),
        pytest.param("Postmortem for the outage", (), id="in-one-word"),
        pytest.param("[Post Mortem] checkout", (), id="in-brackets-first"),
        pytest.param("Post-mortem 2026-03-02", (), id="with-a-day"),
        pytest.param("Retrospective", (), id="nothing-else"),
        pytest.param("Incident review – checkout", (), id="incident-review"),
        pytest.param("Checkout is down: post-mortem", (), id="set-off-at-the-end"),
        pytest.param("Checkout is down (postmortem)", (), id="in-brackets-at-the-end"),
        pytest.param("What happened on Monday", ("bug", "Post-Mortem"), id="by-its-label"),
        pytest.param("What happened on Monday", ("type: postmortem",), id="by-a-label-with-a-kind"),
    ],
)
def test_a_ticket_is_a_post_mortem_by_its_title_or_a_label(title: str, labels: tuple[str, ...]) -> None:
    assert names_post_mortem(title, labels)


@pytest.mark.parametrize(
    ("title", "labels"),
    [
        pytest.param("Schedule the post-mortem", (), id="speaks-of-one"),
        pytest.param("Post-mortem meeting invitation", (), id="goes-on"),
        pytest.param("Better post-mortems for everybody", (), id="of-many"),
        pytest.param("Checkout is down", ("post-mortem-needed",), id="a-label-that-asks-for-one"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_a_ticket_that_only_speaks_of_one_is_none(title: str, labels: tuple[str, ...]) -> None:
    assert not names_post_mortem(title, labels)
