"""Keys are for ever: the literal values here stand in people's trackers, and must never be edited."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import keys
from rules.decide import decide
from rules.policy import Policy
from rules.templates import Templates
from tests.rules.cases import PACK, a_case, a_failure, a_post_mortem, an_action, at


@pytest.mark.parametrize(
    ("key", "golden"),
    [
        pytest.param(keys.case_root("github", "901"), "bbvoxyaw5yglzddimauu", id="case's root"),
        pytest.param(keys.case_id("abc", 2), "abc.2", id="case's id"),
        pytest.param(
            keys.event_key("abc.1", "action:itema", "stalled-action", "3 business days#0", "due:opened:2026-04-01"),
            "nfullirayy4qkxdbwju5",
            id="event",
        ),
        pytest.param(keys.opening_key("abc.1", "post-mortem", ""), "jdkknisfvoantikrdcgg", id="opening a post-mortem"),
        pytest.param(keys.opening_key("abc.1", "action", "itema"), "65525aw2b3xfkng576pe", id="opening an action"),
        pytest.param(keys.state_key("abc.1", "failure", "status"), "37ssptv4b6cu5mkvqnhs", id="status comment"),
        pytest.param(
            keys.said_token("abc.1/failure", "labelled:l1", ("ask", "owner", "lead"), "0 s#0"),
            "aprq7cbzj36b7ageq7yi",
            id="said",
        ),
        pytest.param(keys.content_digest("**Where this stands**"), "uloqcm7gudacxwqrkr6g", id="content"),
        pytest.param(keys.item_id("Alert before the certificate ends"), "x2gsk67gaq5cipj3szj3", id="action item"),
        pytest.param(
            keys.item_id("Alert before the certificate ends", 1), "xjmmn3ryzsr3jsgfuh7x", id="the same item again"
        ),
    ],
)
def test_a_key_is_what_it_always_was(key: str, golden: str) -> None:
    assert key == golden


def test_every_key_of_a_whole_case_is_what_it_always_was() -> None:
    """Ids of rules, names of rungs, subjects and anchors all enter keys: none of them may drift."""
    case = a_case(a_failure("sev2"), a_post_mortem(body="## Action items\n\n- [ ] Rotate the keys\n"), an_action())
    decision = decide(PACK, case, at("04-08 12:00"))
    assert [(effect.rule, effect.kind, effect.key) for effect in decision.effects] == GOLDEN_CASE


GOLDEN_CASE = [
    ("status", "keep", "ki4uak3gthzan3ggqpqg"),
    ("ask-ack", "say", "uzv5drpiobfzhe3m7fq4"),
    ("link-post-mortem", "link", "ugtjwrtgbnpbgfxtcka7"),
    ("post-mortem-status", "keep", "knlnjvsupabwvlo4ddej"),
    ("late-post-mortem", "say", "22tims22pnifb2scbdzq"),
    ("open-action", "open", "xrvzgdd6n6pdhnevcdr5"),
    ("link-action", "link", "76pgghatsqgtcfk5qft4"),
    ("link-action", "link", "lkmqsf65upptv2jy6bh5"),
    ("plan", "keep", "jo3t4q7erxietxx6s2bt"),
    ("stalled-action", "say", "n4pulsgpih5quacqqnre"),
    ("unapproved-plan", "say", "cnvmjzznyzeahu4vy2df"),
]


def _reworded(policy: Policy) -> Policy:
    """Other words everywhere: in every template and in every rule's name."""
    names = policy.templates.names()
    templates = Templates({name: "T" if name.startswith("title-") else f"Other words in {name}" for name in names})
    rules = tuple(replace(rule, name=f"other words for {rule.id}") for rule in policy.rules)
    return replace(policy, name="other", templates=templates, rules=rules)


def test_other_words_in_templates_and_names_change_no_key() -> None:
    case = a_case(a_failure("sev2"), a_post_mortem(body="## Action items\n\n- [ ] Rotate the keys\n"), an_action())
    before = decide(PACK, case, at("04-08 12:00")).effects
    after = decide(_reworded(PACK), case, at("04-08 12:00")).effects
    assert [effect.key for effect in after] == [effect.key for effect in before]
    assert after != before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            keys.opening_key("a.1", "action", "bc"), keys.opening_key("a.1", "actionb", "c"), id="edges of parts"
        ),
        pytest.param(keys.state_key("a.1", "x", "y"), keys.event_key("a.1", "x", "y", "", ""), id="kinds of keys"),
        pytest.param(keys.state_key("a.1", "x", "y"), keys.state_key("a.2", "x", "y"), id="generations"),
        pytest.param(keys.item_id("x", 0), keys.item_id("x", 1), id="occurrences of an item"),
        pytest.param(keys.case_root("github", "1"), keys.case_root("jira", "1"), id="trackers"),
    ],
)
def test_different_things_have_different_keys(one: str, other: str) -> None:
    assert one != other


@pytest.mark.parametrize(
    "text",
    [
        "alert before the certificate ends",
        "  Alert  before the\ncertificate ends. ",
        "ALERT before the certificate ends –",
    ],
)
def test_an_item_is_the_same_whatever_its_case_spacing_and_ends(text: str) -> None:
    assert keys.item_id(text) == keys.item_id("Alert before the certificate ends")


def test_what_was_said_is_the_same_whatever_the_order_of_those_it_was_said_to() -> None:
    assert keys.said_token("s", "a", ("owner", "lead"), "0") == keys.said_token("s", "a", ("lead", "owner"), "0")


@pytest.mark.parametrize("text", ["", "abc", ".1", "abc.", "abc.x", "abc.-1"])
def test_what_is_no_case_id_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no case id"):
        keys.split_case_id(text)


@given(st.from_regex(r"[a-z2-7]{1,20}", fullmatch=True), st.integers(1, 10**6))
def test_a_case_id_comes_apart_as_it_was_put_together(root: str, generation: int) -> None:
    assert keys.split_case_id(keys.case_id(root, generation)) == (root, generation)


@given(st.lists(st.text(), min_size=3, max_size=3), st.lists(st.text(), min_size=3, max_size=3))
def test_keys_of_different_parts_differ(one: list[str], other: list[str]) -> None:
    same = one == other
    assert (keys.state_key(*one) == keys.state_key(*other)) is same
