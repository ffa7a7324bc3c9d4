"""Every link of the documentation that leads to a file of ours, or to a heading in one, leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md")])
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """As GitHub names headings: in small letters, without signs, spaces made hyphens; the second one of a name ends
    in -1."""
    found: dict[str, int] = {}
    for heading in _HEADING.findall(re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().casefold()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        times = found.get(name, 0)
        found[name] = times + 1
        if times:
            found[f"{name}-{times}"] = 1
    return set(found)


def broken(page: Path, text: str) -> Iterator[str]:
    for target in _LINK.findall(_CODE.sub("", text)):
        file, _, anchor = target.partition("#")
        other = (page.parent / file).resolve() if file else page
        if not other.exists():
            yield f"{target}: there is no such file"
        elif anchor and anchor not in anchors(text if other == page else other.read_text(encoding="utf-8")):
            yield f"{target}: there is no such heading"


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(ROOT))) for page in PAGES])
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert list(broken(page, page.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "is_broken"),
    [
        pytest.param("[x](#there)\n\n## There\n", False, id="a heading"),
        pytest.param("[x](#gone)\n\n## There\n", True, id="a heading that is gone"),
        pytest.param("[x](#a-1)\n\n# A\n\n## A\n", False, id="the second of a name"),
        pytest.param("[x](docs/adr/README.md)", False, id="a file"),
        pytest.param("[x](docs/nothing.md#a)", True, id="a file that is gone"),
        pytest.param("[x](docs/operations.md#nothing)", True, id="a heading in another file"),
        pytest.param("`[x](#gone)`", False, id="code is no link"),
        pytest.param("```\n# There\n```\n[x](#there)", True, id="a comment in code is no heading"),
    ],
)
def test_a_broken_link_is_seen(text: str, is_broken: bool) -> None:
    assert bool(list(broken(ROOT / "README.md", text))) is is_broken
