"""Markers: what is believed, and what is not, whoever wrote it wherever."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.markers import MarkerCodec, cut, without_marker
from rules.facts import Marker

CODEC = MarkerCodec("acme-prod", b"a secret of the tests")
MARKER = Marker(
    case="bbvoxyaw5yglzddimauu.1", key="nfullirayy4qkxdbwju5", kind="reminder", extra="uloqcm7gudacxwqrkr6g"
)
#: Stands in people's trackers, and must be read for ever.
GOLDEN = (
    "aftermath/1 i=acme-prod c=bbvoxyaw5yglzddimauu.1 k=nfullirayy4qkxdbwju5"
    " n=reminder x=uloqcm7gudacxwqrkr6g h=89597ce8b581cf456cbbb5e8d51a1e81"
)
LIMIT = 65_536

parts = st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=1, max_size=20)
markers = st.builds(
    Marker,
    case=st.builds(lambda root, generation: f"{root}.{generation}", parts, st.integers(1, 999)),
    key=parts,
    kind=st.from_regex(r"[a-z][a-z-]{0,29}", fullmatch=True),
    extra=st.one_of(
        st.just(""),
        parts,
        st.builds(lambda item, day: f"{item}:{day}", st.one_of(st.just(""), parts), st.dates()),
    ),
)


def test_a_marker_is_written_as_it_always_was() -> None:
    assert CODEC.write(MARKER) == GOLDEN


def test_a_marker_written_years_ago_is_read() -> None:
    assert CODEC.read(GOLDEN) == MARKER


@given(markers)
def test_what_was_written_is_read_back(marker: Marker) -> None:
    assert CODEC.read(CODEC.write(marker)) == marker


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(MarkerCodec("acme-prod", b"another secret").write(MARKER), id="signed with another secret"),
        pytest.param(MarkerCodec("acme-test", b"a secret of the tests").write(MARKER), id="another installation's"),
        pytest.param(GOLDEN.replace(".1 ", ".2 "), id="another generation written in"),
        pytest.param(GOLDEN.replace("n=reminder", "n=lesson"), id="another kind written in"),
        pytest.param(GOLDEN.replace("i=acme-prod", "i=acme-prod "), id="a space put in"),
        pytest.param(GOLDEN[:-1], id="cut at its end"),
        pytest.param(GOLDEN[1:], id="cut at its beginning"),
        pytest.param(GOLDEN.upper(), id="in capitals"),
        pytest.param(GOLDEN.rpartition(" h=")[0], id="without a signature"),
        pytest.param(GOLDEN.rpartition(" h=")[0] + " h=" + 32 * "0", id="signed with noughts"),
        pytest.param(GOLDEN.replace("aftermath/1", "aftermath/2"), id="of a later format"),
        pytest.param(f"{GOLDEN}\n{GOLDEN}", id="twice"),
        pytest.param(GOLDEN.replace("c=", "c=\n"), id="over two lines"),
        pytest.param("", id="empty"),
    ],
)
def test_what_we_did_not_sign_is_not_believed(line: str) -> None:
    """Forged, cut, altered, or from another installation that works on the same tickets (P11)."""
    assert CODEC.read(line) is None
    assert CODEC.find(f"Some text.\n\n<!-- {line} -->") is None


@given(st.text(max_size=300))
def test_no_text_of_a_person_is_a_marker(text: str) -> None:
    assert CODEC.read(text) is None
    assert CODEC.find(text) is None


@given(st.integers(0, len(GOLDEN) - 1), st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789.=:-"))
@example(len("aftermath/1 i="), "b")
def test_one_altered_letter_is_enough_to_doubt(place: int, letter: str) -> None:
    altered = GOLDEN[:place] + letter + GOLDEN[place + 1 :]
    assert (CODEC.read(altered) is None) is (altered != GOLDEN)


@pytest.mark.parametrize(
    "marker",
    [
        pytest.param(Marker("root.1", "key", "reminder", "two words"), id="space"),
        pytest.param(Marker("root.1", "key", "reminder", "-->"), id="end of a comment"),
        pytest.param(Marker("root.1", "key", "reminder", "a\nb"), id="line break"),
        pytest.param(Marker("root.1", "key", "reminder", "é"), id="letter outside ASCII"),
        pytest.param(Marker("root.1", "key", "reminder", "x" * 400), id="too long to be found"),
        pytest.param(Marker("root", "key", "reminder"), id="case without a generation"),
        pytest.param(Marker("root.1", "KEY", "reminder"), id="key in capitals"),
        pytest.param(Marker("root.1", "key", ""), id="no kind"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(marker: Marker) -> None:
    with pytest.raises(ValueError, match="cannot stand in a marker"):
        CODEC.write(marker)


#: Whatever a field may hold, and often enough what one should.
fields = st.one_of(st.text(max_size=30), parts, st.from_regex(r"[A-Za-z0-9._:\u0661-]{0,450}", fullmatch=True))


@given(fields, st.builds(Marker, fields, fields, fields, fields))
@example("acme", Marker("root.\u0661", "key", "reminder"))
@example("acme:prod", Marker("root.1", "key", "reminder"))
@example("acme", Marker("root.1", "key", "reminder", "\ud800"))
def test_whatever_is_written_at_all_is_read_back(installation: str, marker: Marker) -> None:
    """What we could not recognise as ours would be done again, for ever (P3)."""
    codec = MarkerCodec(installation, b"a secret of the tests")
    try:
        line = codec.write(marker)
    except ValueError:
        return
    assert codec.read(line) == marker
    assert codec.find(codec.hide("Hello.", marker, LIMIT)) == marker


def test_a_marker_is_hidden_behind_the_body() -> None:
    assert CODEC.hide("Hello.", MARKER, LIMIT) == f"Hello.\n\n<!-- {GOLDEN} -->"


@pytest.mark.parametrize("length", [0, 1, LIMIT - 300, LIMIT - 200, LIMIT - 1, LIMIT, LIMIT + 1, 3 * LIMIT])
@pytest.mark.parametrize(
    "filling", ["x", "é", "```\n", "<!-- ", "@everyone "], ids=["x", "é", "fences", "comments", "@"]
)
def test_a_body_is_cut_so_that_the_whole_fits_and_the_marker_stays(length: int, filling: str) -> None:
    body = (filling * length)[:length]
    hidden = CODEC.hide(body, MARKER, LIMIT)
    assert len(hidden) <= LIMIT
    assert CODEC.find(hidden) == MARKER


def test_a_body_that_was_cut_says_so() -> None:
    assert "shortened here" in CODEC.hide("x" * LIMIT, MARKER, LIMIT)
    assert "shortened here" not in CODEC.hide("x" * 1_000, MARKER, LIMIT)


@given(st.text(max_size=400), st.integers(100, 400))
def test_cutting_keeps_to_the_limit_and_leaves_short_texts_alone(body: str, limit: int) -> None:
    assert len(cut(body, limit)) <= limit
    if len(body) <= limit:
        assert cut(body, limit) == body


def test_a_marker_copied_into_what_we_repeat_gives_way_to_our_own() -> None:
    """A valid marker of another comment, copied by a person into a text that ours shows again (P11)."""
    copied = CODEC.hide("copied", Marker("other.1", "otherkey", "lesson"), LIMIT)
    assert CODEC.find(CODEC.hide(copied, MARKER, LIMIT)) == MARKER


def test_forged_markers_behind_ours_do_not_hide_it() -> None:
    forged = MarkerCodec("acme-prod", b"guessed").write(Marker("other.1", "otherkey", "lesson"))
    assert CODEC.find(CODEC.hide("Hello.", MARKER, LIMIT) + f"\n<!-- {forged} -->") == MARKER


@given(st.text(max_size=200), markers)
def test_a_body_comes_back_as_it_was_written(body: str, marker: Marker) -> None:
    assert without_marker(CODEC.hide(body, marker, LIMIT)) == without_marker(body)


def test_the_secret_stands_in_no_repr_and_no_error() -> None:
    """Secrets never reach a log or an error (P11)."""
    with pytest.raises(ValueError, match="marker") as raised:
        CODEC.write(Marker("root.1", "key", "reminder", "two words"))
    assert "secret" not in f"{CODEC!r} {raised.value!r} {CODEC.write(MARKER)}"
