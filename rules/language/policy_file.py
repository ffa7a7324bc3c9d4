"""A policy from its files: `policy.yaml`, the templates beside it, and what the installation adds.

Everything that can be wrong is found here, at load, and told all at once. A file without templates of its own
uses those of the shipped pack, and one template put beside it replaces the shipped one of that name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from rules.calendar import Calendar
from rules.language.calendar_reading import read_calendar
from rules.language.document import Document
from rules.language.files import PACKS, POLICY_FILE, read_folder, shipped_packs
from rules.language.forms import PolicyForm
from rules.language.idle_variables import idle_variables
from rules.language.including import Layer, gather
from rules.language.merging import merged
from rules.language.overriding import Tree, read_whole
from rules.language.problems import DocumentError, Problem, in_words, shown_line
from rules.language.reading import Reading
from rules.policy import Limits, People, Policy, Routing
from rules.template_check import TemplateProblem
from rules.templates import Templates
from rules.used_templates import empty_templates
from rules.variables import Variables

__all__ = [
    "POLICY_FILE",
    "TEMPLATE_FOLDER",
    "PolicyError",
    "load_calendar",
    "load_policy",
    "load_templates",
    "pack_path",
    "shipped_packs",
]

TEMPLATE_FOLDER = "templates"
DEFAULT_PACK = "accountability"


class PolicyError(DocumentError):
    """A policy that cannot be used: `problems` lists everything that is wrong with it, `files` every file that it is
    made of, or would be."""

    def __init__(self, problems: Iterable[Problem], files: tuple[Path, ...] = ()) -> None:
        super().__init__(problems)
        self.files = files


def pack_path(name: str) -> Path:
    """A shipped pack's folder. Raises PolicyError with the names there are."""
    if name not in shipped_packs():
        known = in_words(shipped_packs())
        raise PolicyError([Problem(name, 1, 1, "", f'"{name}" is no pack that ships with Aftermath', "", known)])
    return PACKS / name


def load_policy(
    source: Path,
    *,
    people: People | None = None,
    routing: Routing | None = None,
    our_label: str = "aftermath",
    limits: Limits | None = None,
    shown_as: str = "",
) -> Policy:
    """The policy in a pack's folder or a single file, with all that it includes. Raises PolicyError with every problem
    found. Policy and error both tell which files they come of (`files`), those included too.

    `people`, `routing` and `our_label` are the installation's; `limits` replaces those of the file. `shown_as` is what
    problems call the file, and what the names of those around it begin from; left out, they are named as seen from it.
    """
    gathered = gather(source / POLICY_FILE if source.is_dir() else source, shown_as)
    files = tuple(gathered.files)
    if gathered.problems:
        raise PolicyError(gathered.problems, files)
    root, problems = merged(gathered.layers)
    tree = Tree(root)
    in_texts = _shipped_variables() | tree.variables
    templates, template_problems = load_templates(gathered.layers, in_texts)
    problems += [*tree.problems, *template_problems, *idle_variables(gathered.layers, templates)]
    policy = read_whole(tree, templates, in_texts, problems, people)
    problems += _empty_texts(policy, gathered.layers) if policy else []
    if problems or policy is None:
        raise PolicyError(problems, files)
    return replace(
        policy,
        people=people or People(),
        routing=routing or Routing(),
        our_label=our_label,
        limits=limits or policy.limits,
        files=files,
    )


def load_calendar(source: Path) -> Calendar:
    """The calendar alone, for telling times while the rest cannot be used; UTC where it cannot be read either."""
    gathered = gather(source / POLICY_FILE if source.is_dir() else source)
    if not gathered.layers:
        return Calendar()
    reading = Reading(Document(Tree(merged(gathered.layers)[0]).root), Templates({}))
    form = reading.form(PolicyForm, ())
    return read_calendar(reading, ("calendar",), form.calendar) if form else Calendar()


def load_templates(layers: Sequence[Layer], variables: Variables) -> tuple[Templates, list[Problem]]:
    """The shipped templates, over them those beside each file of a policy, in the order in which these hold; and what
    is wrong with any of them."""
    folders = {PACKS / DEFAULT_PACK / TEMPLATE_FOLDER: TEMPLATE_FOLDER}
    for layer in layers:
        shown = posixpath.join(posixpath.dirname(layer.shown), TEMPLATE_FOLDER)
        folders.setdefault(layer.path.parent / TEMPLATE_FOLDER, shown)
    sources: dict[str, str] = {}
    shown_in: dict[str, str] = {}
    problems: list[Problem] = []
    for folder, shown in folders.items():
        found, unreadable = read_folder(folder, shown)
        sources |= found
        shown_in |= dict.fromkeys(found, shown)
        problems += unreadable
    templates, wrong = _checked(tuple(sorted(sources.items())), variables)
    return templates, problems + [
        Problem(
            file=f"{shown_in[found.template]}/{found.template}",
            line=found.line,
            column=found.column,
            path="",
            message=found.message,
            source=shown_line(sources[found.template].splitlines(), found.line),
            allowed=in_words(found.allowed, found.found),
            suggestion=found.suggestion,
        )
        for found in wrong
    ]


def _empty_texts(policy: Policy, layers: Sequence[Layer]) -> list[Problem]:
    """A problem for each text that is to be said and has no word: in the file that holds."""
    told, todo = "it is empty: nothing would be said with it", "a text"
    found: list[Problem] = []
    for name in empty_templates(policy):
        holding = [layer for layer in layers if (layer.path.parent / TEMPLATE_FOLDER / name).is_file()]
        folder = posixpath.join(posixpath.dirname(holding[-1].shown) if holding else "", TEMPLATE_FOLDER)
        found.append(Problem(f"{folder}/{name}", 1, 1, "", told, "", todo))
    return found


@lru_cache(maxsize=8)
def _checked(
    sources: tuple[tuple[str, str], ...], variables: Variables
) -> tuple[Templates, tuple[TemplateProblem, ...]]:
    """Templates and what is wrong with them. Reading them takes longest of all, and the same ones are read again
    whenever a file beside them changed."""
    templates = Templates(dict(sources))
    return templates, templates.check(variables)


@lru_cache(maxsize=1)
def _shipped_variables() -> Variables:
    """Those that the shipped templates speak of: a policy that uses such a text and names no variables of its own says
    in it what the shipped pack does."""
    return Tree(Document.read(PACKS / DEFAULT_PACK / POLICY_FILE).root).variables
