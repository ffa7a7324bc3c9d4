"""Templates: what they may use, what they escape, and how their mistakes are found at load."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.templates import TemplateRenderError, Templates
from rules.views import Markdown, TextView, ThanksView, TicketView

TICKET = TicketView(
    "OPS-1",
    "Payments *fail*",
    "https://t.example/OPS-1",
    Markdown("[OPS-1](https://t.example/OPS-1)"),
    "Ada",
    "",
    "open",
)
VIEW = TextView(
    ticket=TICKET,
    failure=TICKET,
    post_mortem=None,
    actions=(TICKET,),
    severity=2,
    generation=1,
    phase="active",
    asked=("@ada", "Grace"),
    mentions=Markdown("[Ada](mention:ada)"),
    owner="Ada",
    item_text="x" * 6_000,
    thanks=(ThanksView("Ada", "took ownership"),),
)

RENDERED = [
    ("text is escaped", "{{ ticket.title }}", r"Payments \*fail\*"),
    (
        "markdown of ours stays",
        "{{ ticket.link }} {{ mentions }}",
        "[OPS-1](https://t.example/OPS-1) [Ada](mention:ada)",
    ),
    ("markdown joined to text is text again", "{{ mentions ~ owner }}", "AdaAda"),
    ("markdown through a filter is text again", "{{ mentions | upper }}", "\\[ADA\\]\u200b(MENTION\u200b:ADA)"),
    ("a set block is text again", "{% set x %}*{{ owner }}*{% endset %}{{ x }}", r"\*Ada\*"),
    ("numbers stay", "{{ severity }} {{ actions | length }}", "2 1"),
    ("names in a row", "{{ asked | in_a_row }}", "@\u200bada and Grace"),
    ("a value is cut", "{{ item_text }}", "x" * 199 + "…"),
    ("the whole is longer, and cut too", "{{ item_text | whole }}", "x" * 4_999 + "…"),
    ("lines of blocks leave no gaps", "a\n{% if owner %}\nb\n{% endif %}\nc", "a\nb\nc"),
    ("many blank lines become one", "a\n\n\n \n\nb\n\n", "a\n\nb"),
    ("an include is rendered in place", "{% include 'part.md' %}", "part of Payments \\*fail\\*"),
]


@pytest.mark.parametrize(("source", "text"), [row[1:] for row in RENDERED], ids=[row[0] for row in RENDERED])
def test_a_template_becomes_markdown(source: str, text: str) -> None:
    assert Templates({"a.md": source, "part.md": "part of {{ ticket.title }}"}).render("a.md", VIEW) == text


def test_a_title_is_plain_text_in_one_line() -> None:
    templates = Templates({"title-a.md": "About\n{{ ticket.title }} {{ item_text | whole }}"})
    title = templates.render("title-a.md", VIEW)
    assert title.startswith("About Payments *fail* xxx")
    assert len(title) == 240


def test_a_ticket_cannot_be_a_template() -> None:
    view = replace(VIEW, owner="{{ severity }}{% for x in actions %}")
    assert Templates({"a.md": "{{ owner }}"}).render("a.md", view) == r"\{\{ severity \}\}\{% for x in actions %\}"


FAILING = [
    ("a variable is missing", "{{ nobody }}", "nobody"),
    ("a part of nothing", "{{ post_mortem.link }}", "None"),
    ("a method of Python's", "{{ ticket.__class__.__mro__ }}", "__class__"),
    ("a sum of text and number", "{{ owner + severity }}", "TypeError"),
    ("a division by nothing", "{{ severity / 0 }}", "ZeroDivisionError"),
]


@pytest.mark.parametrize(("source", "why"), [row[1:] for row in FAILING], ids=[row[0] for row in FAILING])
def test_what_cannot_be_rendered_is_one_error_that_names_the_template(source: str, why: str) -> None:
    with pytest.raises(TemplateRenderError, match=r"^a\.md: ") as caught:
        Templates({"a.md": source}).render("a.md", VIEW)
    assert why in str(caught.value)


def test_an_unknown_template_is_the_same_error() -> None:
    with pytest.raises(TemplateRenderError, match=r"b\.md"):
        Templates({"a.md": ""}).render("b.md", VIEW)


FOUND = [
    ("a variable", "one\n{{ tikcet.title }}", 2, '"tikcet" is no variable here', "ticket"),
    (
        "a variable where rendering rarely goes",
        "{% if generation > 9 %}{{ ownr }}{% endif %}",
        1,
        '"ownr" is no variable here',
        "owner",
    ),
    ("a part of a ticket", "{{ ticket.titel }}", 1, '"titel" is nothing that ticket has', "title"),
    (
        "a part of what may be missing",
        "{% if post_mortem %}{{ post_mortem.duue }}{% endif %}",
        1,
        '"duue" is nothing',
        "due",
    ),
    (
        "a part of a loop's ticket",
        "{% for a in actions %}\n{{ a.owners }}{% endfor %}",
        2,
        '"owners" is nothing that a has',
        "owner",
    ),
    ("a part of what was set", "{% set t = failure %}{{ t.stat }}", 1, '"stat" is nothing that t has', "state"),
    ("a loop's variable after the loop", "{% for a in actions %}{% endfor %}{{ a }}", 1, '"a" is no variable here', ""),
    ("a part of a text", "{{ owner.name }}", 1, '"name" is nothing that owner has: it is a string', ""),
    ("a list as a text", "{{ asked }}", 1, "asked is a list of string", "asked | in_a_row"),
    ("a list in a title", "{{ owner or asked }}", 1, "asked is a list of string", "asked | in_a_row"),
    ("a list beside a text", "{{ 'for ' ~ asked }}", 1, "asked is a list of string", "asked | in_a_row"),
    ("a ticket as a text", "{{ ticket }}", 1, "ticket is a ticket", "ticket.link"),
    ("a text as a list", "{% for one in owner %}{{ one }}{% endfor %}", 1, "owner is a string, and a loop", ""),
    ("a text in a row", "x\n{{ owner | in_a_row }}", 2, "owner is a string, and in_a_row takes a list", "owner"),
    ("what a row became", "{% set row = asked | in_a_row %}{{ row | first }}", 1, "row is a string", ""),
    ("a list in capitals", "{{ asked | upper }}", 1, "asked is a list of string", "asked | in_a_row | upper"),
    (
        "a part of each",
        "{{ actions | map(attribute='lnk') | list | in_a_row }}",
        1,
        '"lnk" is nothing that one',
        "link",
    ),
    ("a part of a list", "{{ actions.title }}", 1, '"title" is nothing that a list has', ""),
    ("a part in brackets", "{{ ticket['titel'] }}", 1, '"titel" is nothing that ticket has', "title"),
    ("a method", "{{ owner.upper() }}", 1, '"upper" is nothing that a text has', "owner | upper"),
    ("a number beside a word", "{% if severity == '1' %}{% endif %}", 1, "they are never equal", "severity == 1"),
    ("a word in a number", "{% if 'a' in severity %}{% endif %}", 1, "severity is an int, and nothing is in it", ""),
    ("a filter", "x\n\n{{ owner | shout }}", 3, '"shout" is no filter', ""),
    ("a filter that is not for texts", "{{ owner | safe }}", 1, '"safe" is no filter', ""),
    ("a block without end", "{% if owner %}", 1, "the text ends, and its {% if %} has no {% endif %}", ""),
    ("an include of nothing", "{% include 'parts.md' %}", 1, '"parts.md" is no template', "part.md"),
    ("a macro", "{% macro m() %}{% endmacro %}", 1, "macros and imports are not for texts", ""),
    ("a sign that gives text a meaning", "thanks @{{ owner }}", 1, '"@" directly before a value', ""),
    ("a post-mortem that may not be there", "x\n{{ post_mortem.link }}", 2, "fails where the case has nothing yet", ""),
    ("an action that may not be there", "{{ actions[0].title }}", 1, "fails where the case has nothing yet", ""),
    ("a filter for pairs", "x\n{{ earlier | dictsort }}", 2, "fails where the case has nothing yet", ""),
    ("a link made by hand", "[x]({{ ticket.url }})", 1, '"](" directly before a value', ""),
]


@pytest.mark.parametrize(("source", "line", "message", "suggestion"), [f[1:] for f in FOUND], ids=[f[0] for f in FOUND])
def test_a_mistake_is_found_before_rendering(source: str, line: int, message: str, suggestion: str) -> None:
    (problem,) = Templates({"a.md": source, "part.md": ""}).check()
    assert (problem.template, problem.line, problem.suggestion) == ("a.md", line, suggestion)
    assert message in problem.message
    assert problem.column >= 1


SOUND = [
    "{% for thank in thanks %}{{ thank.who }} {{ loop.index }}{% else %}{{ owner }}{% endfor %}",
    "{% set done = actions | selectattr('state', 'equalto', 'done') | list %}{{ done | length }}",
    "{% for a in actions if a.owner %}{{ a.link }}{% endfor %}",
    "{{ (actions | first).title if actions }} {{ (failure if severity else ticket).title }}",
    "{{ actions | map(attribute='link') | list | in_a_row }} {{ asked | join(', ') | upper }} {{ asked | length }}",
    "{{ earlier | map(attribute='number') | list | length }} {{ owner | length }} {{ due[:4] }}",
    "{{ asked[:2] | in_a_row }}",
    "{% for state, some in actions | groupby('state') %}{{ state }}: {{ some | length }}{% endfor %}",
    "{% for a in (actions | sort(attribute='due') | list)[:3] %}{{ a.title | whole }}{% endfor %}",
    "{% if severity == 1 and phase in ['active', 'paused'] and 'Ada' in asked and owner != reporter %}x{% endif %}y",
    "{{ severity + 1 }} {{ severity > 2 }} {{ owner or 'nobody' }} {{ 'a' if is_adopted == true else 'b' }}",
    "{{ asked | first if asked else owner }} {{ late | default('not') }}",
    "{% for one in ['a', 'b'] %}{{ one }}{% endfor %}",
    "{{ ', '.join(asked) }} {{ '{} of 3'.format(severity) }}",
    "{% if (ticket.title | lower).startswith('db') %}x{% endif %}y",
    "{% set words = 'a b' %}{% for one in words.split() %}{{ one }}{% endfor %}",
    "{% for one in asked | sort %}{{ 'x' if one.startswith('A') else one }}{% endfor %}",
    "{% set some = '' %}{% if asked %}{% set some = asked %}{% endif %}{% for a in some %}{{ a }}{% endfor %}x",
    "{% set n = 0 %}{% if actions %}{% set n = 'many' %}{% endif %}{% if n == 'many' %}x{% endif %}y",
    "{% set n = '-' %}{% if actions %}{% set n = actions %}{{ n | length }}{% else %}{{ n | upper }}{% endif %}",
    "{% if actions %}{% set n = 1 %}{{ n }}{% elif asked %}{{ n | default('-') }}{% else %}y{% endif %}",
    "{% for a in actions | sort(attribute='due,title') %}{{ a.title }}{% endfor %}x",
    "{% if is_adopted == 1 %}x{% endif %}y",
    "{{ 'Ada' if asked == ['Ada'] else asked | in_a_row }} {% if post_mortem == none %}none{% endif %}",
]


@pytest.mark.parametrize("source", SOUND, ids=range(len(SOUND)))
def test_what_is_right_is_not_complained_about(source: str) -> None:
    templates = Templates({"a.md": source})
    assert templates.check() == ()
    assert templates.render("a.md", VIEW)


def test_templates_are_equal_by_content_and_cannot_be_changed() -> None:
    one, same, other = Templates({"a": "x", "b": "y"}), Templates({"b": "y", "a": "x"}), Templates({"a": "x"})
    assert (one, hash(one)) == (same, hash(same))
    assert one != other
    assert one.names() == {"a", "b"}
    with pytest.raises(AttributeError):
        one.extra = 1  # type: ignore[attr-defined]


def test_one_rendering_leaves_nothing_for_the_next() -> None:
    templates = Templates({"a.md": "{% set x = 'set' %}{{ x }} {{ owner }}"})
    assert templates.render("a.md", VIEW) == "set Ada"
    assert templates.render("a.md", replace(VIEW, owner="Grace")) == "set Grace"
