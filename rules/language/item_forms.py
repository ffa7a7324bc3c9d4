"""The shape of `action_items`: by which words action items are known besides the English ones."""

from __future__ import annotations

from pydantic import Field

from rules.language.form import Form


class ItemColumnsForm(Form):
    """Heads of a table's columns, and labels of a line, by what they hold."""

    what: list[str] = Field(default=[], description="heads of the column that says what is to be done")
    owner: list[str] = Field(
        default=[], description="what names an owner, as a column's head or in a line: `Verantwortlich: Ada`"
    )
    due: list[str] = Field(
        default=[], description="what stands before a date, as a column's head or in a line: `Frist: 2027-01-15`"
    )
    state: list[str] = Field(default=[], description="heads of the column that says how it stands")


class ActionItemsForm(Form):
    """By which words action items are known besides the English ones."""

    headings: list[str] = Field(default=[], description="headings, or labels of a list, that announce action items")
    columns: ItemColumnsForm = Field(
        default_factory=ItemColumnsForm, description="heads of a table's columns by what they hold"
    )
    done: list[str] = Field(
        default=[],
        description="words that say that an item is done: in a column of its state, a heading, or at either end of it",
    )
