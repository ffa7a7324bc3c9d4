"""The drawing of the house stays true: who imports whom, who reads the clock, who performs effects.

Imports are held by the contracts in pyproject.toml; what is a call rather than an import is held here.
Each look is itself tried on a small offender, so that it cannot pass by seeing nothing.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HOUSE = ("rules", "connectors", "worker")

CLOCK_CALLS = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.ctime",
    "time.strftime",
}
#: What `connectors.tracker.Tracker` and the private channel write with.
WRITE_METHODS = {
    "open_ticket",
    "post_comment",
    "edit_comment",
    "retract_comment",
    "add_label",
    "assign",
    "link",
    "close_twin",
    "send_privately",
    "redeliver",
    "install_hook",
    "remove_hook",
}
#: Calls that reach outside without an import to show for it.
IO_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint", "__import__"}
IO_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "iterdir", "glob", "rglob"}
#: One concept a file, one step a function: what is longer wants to be two.
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
#: The only rooms of rules that a connector may look into.
RULES_FOR_CONNECTORS = {"rules.refs", "rules.facts", "rules.effects", "rules.keys"}
#: The longest body that a function may have.
FULL = "\n    pass" * FUNCTION_LINES_MAX


def names_of_imports(tree: ast.AST) -> dict[str, str]:
    """Local name to the full name that it stands for."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written, or empty for anything that is no plain chain of names."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def clock_readings(tree: ast.AST) -> Iterator[int]:
    """Lines that read the clock, called there or handed on as a function."""
    names = names_of_imports(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = dotted(node).partition(".")
            full = f"{names.get(first, '')}.{rest}".strip(".")
            if full in CLOCK_CALLS and isinstance(node.ctx, ast.Load):
                yield node.lineno


def writes(tree: ast.AST) -> Iterator[int]:
    """Lines that call one of the tracker's write methods."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITE_METHODS:
            yield node.lineno


def reaches_outside(tree: ast.AST) -> Iterator[int]:
    """Lines that do I/O by a builtin or by a method of a path."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            plain = isinstance(node.func, ast.Name) and node.func.id in IO_CALLS
            method = isinstance(node.func, ast.Attribute) and node.func.attr in IO_METHODS
            if plain or method:
                yield node.lineno


def too_curious(tree: ast.AST) -> Iterator[int]:
    """Lines that import a room of rules in which a connector has no business."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "rules":
            modules = {f"rules.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules = {node.module or ""}
        else:
            continue
        if any(m.partition(".")[0] == "rules" and m not in RULES_FOR_CONNECTORS for m in modules):
            yield node.lineno


def long_files(tree: ast.AST) -> Iterator[int]:
    """The line at which a file becomes too long to be held in the head; what a last comment adds is not counted."""
    last = max((node.end_lineno or 0 for node in ast.walk(tree) if isinstance(node, ast.stmt)), default=0)
    if last > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1


def long_functions(tree: ast.AST) -> Iterator[int]:
    """Lines at which a function begins that does too much. Its signature and its docstring are not counted: to list
    what goes in, and to say what comes out, makes nothing longer to follow."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            if body and (node.end_lineno or 0) - body[0].lineno + 1 > FUNCTION_LINES_MAX:
                yield node.lineno


Look = Callable[[ast.AST], Iterator[int]]


@cache
def parsed(path: Path) -> ast.AST:
    return ast.parse(path.read_text(encoding="utf-8"))


def offences(look: Look, folders: tuple[str, ...], excepted: tuple[str, ...]) -> list[str]:
    """`path:line` for everything a look finds in the folders; `excepted` are path prefixes."""
    found = []
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if not place.startswith(excepted):
                found += [f"{place}:{line}" for line in look(parsed(path))]
    return found


@pytest.mark.parametrize(
    ("look", "folders", "excepted"),
    [
        pytest.param(clock_readings, HOUSE, ("worker/clock.py",), id="only-worker-clock-reads-the-clock"),
        # Demo, sandbox, simulation and tests of a policy play people's parts: they write to a world, not to a tracker.
        # Asking for a delivery again changes nothing that anybody sees, and webhooks are written on a person's word
        # alone.
        pytest.param(
            writes,
            ("worker",),
            (
                "worker/perform.py",
                "worker/redelivering.py",
                "worker/webhooks.py",
                "worker/demo",
                "worker/rehearsal/trial/acts.py",
                "worker/sandbox",
                "worker/simulation",
            ),
            id="only-worker-perform-writes-to-a-tracker",
        ),
        # One opens the policy's files; the other makes functions of names alone, as `dataclasses` does.
        pytest.param(reaches_outside, ("rules",), ("rules/language/files.py", "rules/quick.py"), id="rules-do-no-io"),
        pytest.param(too_curious, ("connectors",), (), id="connectors-know-only-the-data-of-rules"),
        pytest.param(long_files, HOUSE, (), id="a-file-holds-one-concept"),
        # A migration is a list of columns, and is never changed once it is out.
        pytest.param(long_functions, HOUSE, ("worker/ledger/migrations/",), id="a-function-takes-one-step"),
    ],
)
def test_the_house_is_built_as_drawn(look: Look, folders: tuple[str, ...], excepted: tuple[str, ...]) -> None:
    assert offences(look, folders, excepted) == []


@pytest.mark.parametrize(
    ("look", "source"),
    [
        pytest.param(clock_readings, "import datetime as dt\ndt.datetime.now(dt.UTC)", id="clock-by-alias"),
        pytest.param(clock_readings, "from datetime import datetime as d\nd.now()", id="clock-by-class"),
        pytest.param(clock_readings, "import datetime\ndatetime.date.today()", id="clock-by-module"),
        pytest.param(clock_readings, "from time import time\nf(now=time)", id="clock-handed-on"),
        pytest.param(writes, "tracker\ntrackers['a'].post_comment(ref, body, marker)", id="write-called"),
        pytest.param(reaches_outside, "p\nopen('x')", id="builtin-open"),
        pytest.param(reaches_outside, "p\np.read_text()", id="path-read"),
        pytest.param(too_curious, "x\nfrom rules.policy import Rule", id="policy-from"),
        pytest.param(too_curious, "x\nfrom rules import policy", id="policy-by-name"),
        pytest.param(too_curious, "x\nimport rules.templates", id="templates"),
        pytest.param(long_functions, f"x\ndef f():{FULL}\n    pass", id="long-function"),
        pytest.param(long_functions, f'x\nasync def f():\n    """Said."""{FULL}\n    pass', id="long-with-docstring"),
    ],
)
def test_a_look_sees_an_offender(look: Look, source: str) -> None:
    assert list(look(ast.parse(source))) == [2]


@pytest.mark.parametrize(
    ("look", "source"),
    [
        pytest.param(clock_readings, "import time\ntime.monotonic()", id="measuring-a-length-is-no-clock"),
        pytest.param(clock_readings, "def f(now): return now.time()", id="time-of-a-moment-is-no-clock"),
        pytest.param(writes, "def post_comment(): ...", id="defining-is-no-call"),
        pytest.param(too_curious, "from rules.facts import Ticket", id="facts-are-for-connectors"),
        pytest.param(long_functions, f'def f(\n    a,\n):\n    """Said.\n\n    More."""{FULL}', id="full-function"),
    ],
)
def test_a_look_passes_over_what_is_fine(look: Look, source: str) -> None:
    assert list(look(ast.parse(source))) == []


@pytest.mark.parametrize(("lines", "seen"), [(FILE_LINES_MAX, []), (FILE_LINES_MAX + 1, [FILE_LINES_MAX + 1])])
def test_a_file_may_be_full_and_no_longer(lines: int, seen: list[int]) -> None:
    assert list(long_files(ast.parse("pass\n" * lines))) == seen


def test_import_contracts_are_kept() -> None:
    """worker -> connectors -> rules; GitHub and Jira apart; rules pure; one module composes the program."""
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([linter, "--no-logo", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
