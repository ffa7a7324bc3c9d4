"""`aftermath policy schema`: what a policy looks like, as a JSON Schema for editors."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

import typer

from rules.language.schema import file_schema, people_schema, policy_schema


class File(StrEnum):
    POLICY = "policy"
    PEOPLE = "people"
    TEST = "test"


def _test_schema() -> dict[str, Any]:
    from worker.rehearsal.trial import forms  # noqa: PLC0415 - what runs tests is not small

    inner = (forms.TrialForm, forms.EventForm, forms.ExpectedForm)
    return file_schema(forms.TrialFileForm, "Tests of a policy of Aftermath", *inner)


_SCHEMAS: Mapping[File, Callable[[], dict[str, Any]]] = MappingProxyType(
    {File.POLICY: policy_schema, File.PEOPLE: people_schema, File.TEST: _test_schema}
)


def command(
    file: Annotated[File, typer.Option("--for", help="Which file the schema is for.")] = File.POLICY,
) -> None:
    """Print a JSON Schema (draft 2020-12), by which editors complete keys, tell what each is for, and check.

    Write it beside the file, and this line above the file's first: # yaml-language-server: $schema=policy.schema.json
    """
    sys.stdout.write(json.dumps(_SCHEMAS[file](), indent=2, ensure_ascii=False) + "\n")
