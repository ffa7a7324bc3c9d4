"""Texts are rendered when somebody reads them, and nobody can tell that from what they say."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from functools import partial

import pytest

from rules.decide import decide
from rules.deferred import Once
from rules.effects import Keep, OpenTicket, Say, finished
from rules.facts import Case
from rules.templates import TemplateRenderError, Templates
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at, ref

NOW = at("03-10 12:00")


class Scribe:
    """Writes one text, and counts how often it is asked to."""

    def __init__(self, text: str = "Hello") -> None:
        self.text = text
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return self.text


said = partial(Say, key="k", case="c.1", rule="r", why="w", ticket=ref(1), text="ask", said="s")


def test_a_text_is_rendered_once_and_not_before_it_is_read() -> None:
    scribe = Scribe()
    effect = said(body=scribe)
    assert (effect.key, scribe.times) == ("k", 0)
    assert (effect.body, effect.body, scribe.times) == ("Hello", "Hello", 1)


def test_an_effect_is_what_it_would_be_with_its_text_written_out() -> None:
    """Frozen, comparable, printable, as any effect (P2)."""
    deferred, written = said(body=Scribe()), said(body="Hello")
    assert deferred == written
    assert hash(said(body=Scribe())) == hash(written)
    assert repr(said(body=Scribe())) == repr(written)
    assert said(body=Scribe("Goodbye")) != written
    assert replace(said(body=Scribe()), said="t") == replace(written, said="t")
    with pytest.raises(FrozenInstanceError):
        deferred.body = "Another"  # type: ignore[misc]


def test_an_effect_without_its_text_is_refused() -> None:
    with pytest.raises(TypeError, match="body"):
        said()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(a_case(is_known=False), id="a new failure"),
        pytest.param(
            a_case(a_failure("sev1"), a_post_mortem(body="- [ ] Rotate the keys"), an_action()), id="a full one"
        ),
    ],
)
def test_deciding_renders_nothing_by_itself(case: Case) -> None:
    """A template that fails for good does not keep us from knowing what is wanted; doing it does."""
    broken = Templates(dict.fromkeys(PACK.templates.names(), "{{ severity // 0 }}"))
    decision = decide(replace(PACK, templates=broken), case, NOW)
    whole = decide(PACK, case, NOW)
    assert [effect.key for effect in decision.effects] == [effect.key for effect in whole.effects]
    texts = [effect for effect in decision.effects if isinstance(effect, Say | Keep | OpenTicket)]
    assert texts
    for effect in texts:
        with pytest.raises(TemplateRenderError):
            finished(effect)


def test_a_finished_effect_asks_for_nothing_more() -> None:
    body, digest = Scribe(), Scribe("d")
    keep = Keep(key="k", case="c.1", rule="r", why="w", ticket=ref(1), slot="status", body=body, digest=digest)
    assert finished(keep) is keep
    assert (keep.body, keep.digest, body.times, digest.times) == ("Hello", "d", 1, 1)


def test_once_is_once() -> None:
    scribe = Scribe()
    once = Once(scribe)
    assert scribe.times == 0
    assert (once(), once(), scribe.times) == ("Hello", "Hello", 1)
