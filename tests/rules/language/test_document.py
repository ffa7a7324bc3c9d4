"""YAML with positions: plain YAML only, and every refusal with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, SecretStr

from rules.language.document import DEPTH_MAX, Document, MapNode
from rules.language.files import FILE_BYTES_MAX
from rules.language.problems import DocumentError, Problem
from rules.language.validation import validate

PLAIN = [
    ("a: 1", {"a": 1}),
    ("a: '1'", {"a": "1"}),
    ("a: no", {"a": "no"}),
    ("a: NO\nb: on\nc: yes", {"a": "NO", "b": "on", "c": "yes"}),
    ("a: true\nb: False", {"a": True, "b": False}),
    ("a: 2026-12-25", {"a": "2026-12-25"}),
    ("a: 1:30", {"a": "1:30"}),
    ("a: 010", {"a": 10}),
    ("a: 1.5", {"a": 1.5}),
    ("a:\nb: ~", {"a": None, "b": None}),
    ("a: [x, {y: z}]", {"a": ["x", {"y": "z"}]}),
    ("1: a", {"1": "a"}),
    ("[b: 1, c: 2]", [{"b": 1}, {"c": 2}]),
    ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
    ("\ufeffa: 1", {"a": 1}),
]


@pytest.mark.parametrize(("text", "value"), PLAIN, ids=[text for text, _ in PLAIN])
def test_values_are_read_as_yaml_1_2_has_them(text: str, value: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    assert Document.read(path).plain() == value


REFUSED = [
    ("a: &x 1\nb: *x", "anchors and aliases"),
    ("a: !!int '1'", "tags are not read"),
    ("a: 1\n---\nb: 2", "a second document"),
    ("a: 1\na: 2", '"a" is here twice (first on line 1)'),
    ("? [a]\n: 1", "a key is a word"),
    ("a: [1", "is no YAML"),
    ("a: \x01", "is no YAML"),
    ("", "is empty"),
    ("[" * (DEPTH_MAX + 2), f"more than {DEPTH_MAX} levels deep"),
    ("- " * (DEPTH_MAX + 2), f"more than {DEPTH_MAX} levels deep"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_is_no_plain_yaml_is_refused(text: str, message: str) -> None:
    with pytest.raises(DocumentError) as caught:
        Document.parse(text, "a.yaml")
    assert message in caught.value.problems[0].message


def test_a_billion_laughs_are_refused_before_they_grow() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    with pytest.raises(DocumentError, match="anchors and aliases"):
        Document.parse(bomb, "a.yaml")


def test_a_merge_key_is_a_key_like_any_other() -> None:
    assert Document.parse("<<: {a: 1}", "a.yaml").plain() == {"<<": {"a": 1}}


UNREADABLE = [
    ("too large", b"a: " + b"x" * FILE_BYTES_MAX, "is larger than 1,000,000 bytes"),
    ("no UTF-8", b"a: \xff\xfe", "is no UTF-8 text (byte 3)"),
]


@pytest.mark.parametrize(("raw", "message"), [u[1:] for u in UNREADABLE], ids=[u[0] for u in UNREADABLE])
def test_a_file_that_is_no_text_of_a_sensible_size_is_refused(raw: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)
    with pytest.raises(DocumentError) as caught:
        Document.read(path)
    assert str(caught.value) == f"a.yaml:1:1: {message}"


def test_a_missing_file_is_named_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        Document.read(tmp_path / "none.yaml")
    assert str(caught.value) == "none.yaml:1:1: cannot be read: No such file or directory"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        Document.parse(text, "a.yaml").plain()
    except DocumentError as error:
        problems = error.problems
        assert problems
    assert all(problem.line >= 1 and problem.column >= 1 and str(problem) for problem in problems)


def test_a_node_knows_its_line_and_column() -> None:
    document = Document.parse("a:\n  - b: 1\n    c: [x, y]\n", "a.yaml")
    node = document.at(("a", 0, "c", 1))
    assert (node.line, node.column) == (3, 12)
    key = document.key_at(("a", 0, "c"))
    assert (key.line, key.column) == (3, 5)


def test_a_path_that_ends_nowhere_is_placed_at_the_nearest_node() -> None:
    document = Document.parse("a:\n  b: 1\n", "a.yaml")
    assert isinstance(document.at(("a", "x", "y")), MapNode)
    assert document.real_path(("a", "x", "y")) == ("a",)


class Hook(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: str
    token: SecretStr = SecretStr("")
    port: int = 1


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid")
    hooks: list[Hook] = []
    named: dict[str, Hook] = {}
    one: Hook | None = None
    many: list[Hook] | None = None


def _errors(text: str) -> list[Problem]:
    with pytest.raises(DocumentError) as caught:
        validate(Document.parse(text, "a.yaml"), Config)
    return list(caught.value.problems)


PLACED = [
    ("in a list", "hooks:\n  - {kind: x, prot: 1}", "hooks[0].prot", (2, 15), "port"),
    ("in a mapping", "named:\n  a: {kind: x, prot: 1}", "named.a.prot", (2, 16), "port"),
    ("in what may be missing", "one: {kind: x, prot: 1}", "one.prot", (1, 16), "port"),
    ("in a list that may be missing", "many:\n- {kind: x, prot: 1}", "many[0].prot", (2, 13), "port"),
    ("at the top", "hoks: []", "hoks", (1, 1), "hooks"),
]


@pytest.mark.parametrize(("text", "path", "place", "meant"), [p[1:] for p in PLACED], ids=[p[0] for p in PLACED])
def test_an_unknown_key_is_found_wherever_it_is(text: str, path: str, place: tuple[int, int], meant: str) -> None:
    (problem,) = _errors(text)
    assert problem.path == path
    assert (problem.line, problem.column) == place
    assert problem.suggestion == meant
    assert meant in problem.allowed


def test_all_errors_come_at_once_in_the_order_of_the_file() -> None:
    problems = _errors("one: {kind: 1}\nhooks:\n  - kind: x\n    port: high\n  - port: 5\n")
    assert [(problem.line, problem.path) for problem in problems] == [
        (1, "one.kind"),
        (4, "hooks[0].port"),
        (5, "hooks[1]"),
    ]


SECRETS = [
    "hooks:\n  - {kind: x, token: [hunter2]}",
    "hooks:\n  - {kind: x, token: hunter2, prot: 1}",
    "hooks:\n  - kind: x\n    port: {token: hunter2}",
    "one: {kind: x, password: hunter2}",
    'one: {kind: x, "api-key": hunter2}',
    "one: {kind: 1, kind_url: redis://me:hunter2@host}",
    "token: hunter2\ntoken: hunter2",
    "secret: 'hunter2\n",
    "one:\n  kind: x\n  token:\n    - hunter2\n",
    "one:\n  kind: x\n  private_key: |\n    -----BEGIN\n    hunter1\n   hunter2: [\n",
]


@pytest.mark.parametrize("text", SECRETS, ids=range(len(SECRETS)))
def test_an_error_never_shows_a_secret(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        validate(Document.parse(text, "a.yaml"), Config)
    assert "hunter2" not in str(caught.value)
    assert "a.yaml:" in str(caught.value)


def test_a_long_line_is_cut_around_its_caret() -> None:
    (problem,) = _errors("hooks: [{kind: x}" + ", {kind: x}" * 40 + ", {knd: x, kind: y}]")
    shown, caret = str(problem).splitlines()[1:3]
    assert len(shown) < 120
    assert shown[caret.index("^") :].startswith("knd")
