"""Checks requests and answers against the vendors' own OpenAPI descriptions.

The descriptions live beside the repository (`../shared/contracts`) and do not ship with it, so every test
that uses them is skipped, with a plain reason, where they are absent. Known false alarms are taken out of
the descriptions when they are loaded: GitHub sends null where an enum of a nullable field forgets it
(`state_reason`), and for the body of a found issue that has none; Jira writes time zones as `+0000`, which
RFC 3339 does not allow, tells null for what a changed field was or became when it is empty, and lists
remote links as a list, where one alone is described. Where an error fits one schema of several, a plain
error fits all of them.

A pair (method, path template, status) that a description does not know is counted as unchecked; it never
passes in silence as checked.
"""

from __future__ import annotations

import functools
import json
import re
import urllib.parse
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openapi_core import Config, OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from openapi_schema_validator import OAS30Validator

CONTRACTS = Path(__file__).resolve().parents[2].parent / "shared" / "contracts"
FILES = {"github": "github-rest.openapi.json", "jira": "jira-cloud-v3.openapi.json"}
_HOST = "https://contract.invalid"
_FILE = re.compile(r"(/contents/)(.+)")
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$"

Pair = tuple[str, str, str]


class ContractChecker:
    """One vendor's description: `spec_name` is "github" or "jira". Skips the test where it is absent.

    `checked` and `unchecked` count (method, path template, status); "request" stands for a request's status.
    """

    def __init__(self, spec_name: str) -> None:
        path = CONTRACTS / FILES[spec_name]
        if not path.exists():
            pytest.skip(f"the vendor's description {FILES[spec_name]} is not beside this repository")
        self.spec, self._openapi = _load(path)
        self.checked: Counter[Pair] = Counter()
        self.unchecked: Counter[Pair] = Counter()

    def check_request(
        self,
        method: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> bool:
        """Whether the description knows the request; AssertionError where it does and the request is wrong."""
        template = self.template(method, path)
        if template is None:
            self.unchecked[(method.upper(), _plain(path), "request")] += 1
            return False
        request = _request(method, path, query, body, headers)
        problems = [_explain(e) for e in self._openapi.iter_request_errors(request)]
        assert not problems, f"{method} {path}: request against the contract: {'; '.join(problems)}"
        self.checked[(method.upper(), template, "request")] += 1
        return True

    def check_response(
        self,
        method: str,
        path: str,
        status: int,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> bool:
        """Whether the description knows this status for this path; AssertionError where the answer is wrong."""
        template = self.template(method, path)
        known = template is not None and str(status) in self.spec["paths"][template][method.lower()]["responses"]
        if template is None or not known:
            self.unchecked[(method.upper(), template or _plain(path), str(status))] += 1
            return False
        data = b"" if body is None else json.dumps(body).encode()
        response = MockResponse(data, status_code=status, headers=dict(headers or {}), content_type="application/json")
        request = _request(method, path, query, None, None)
        found = self._openapi.iter_response_errors(request, response) if data else ()
        problems = [_explain(error) for error in found]
        assert not problems, f"{method} {path} -> {status}: answer against the contract: {'; '.join(problems)}"
        self.checked[(method.upper(), template, str(status))] += 1
        return True

    def check_webhook(self, name: str, payload: Any) -> bool:
        """Whether the description knows the webhook (such as `issues-opened`); AssertionError where the payload
        is wrong."""
        operation = self.spec.get("x-webhooks", {}).get(name)
        if operation is None:
            self.unchecked[("WEBHOOK", name, "payload")] += 1
            return False
        schema = operation["post"]["requestBody"]["content"]["application/json"]["schema"]
        self.check_schema(schema, payload, name)
        self.checked[("WEBHOOK", name, "payload")] += 1
        return True

    def check_schema(self, schema: str | dict[str, Any], instance: Any, what: str = "") -> None:
        """Check against one named component schema, or a schema given as a dict."""
        wanted = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
        validator = OAS30Validator({**wanted, "components": self.spec["components"]})
        problems = [f"{e.json_path}: {e.message[:300]}" for e in validator.iter_errors(instance)]
        assert not problems, f"{what or schema}: {'; '.join(problems)}"

    def template(self, method: str, path: str) -> str | None:
        """The description's path template for a path, literal segments preferred; None when there is none."""
        fits = [t for t, pattern in _templates(self._key()) if pattern.fullmatch(path)]
        fits = [t for t in fits if method.lower() in self.spec["paths"][t]]
        return min(fits, key=lambda t: t.count("{")) if fits else None

    @staticmethod
    def plain(path: str) -> str:
        """The name of a path that no description has."""
        return _plain(path)

    def report(self) -> str:
        """How many pairs were checked and which were not, for printing at the end of a run."""
        lines = [f"{len(self.checked)} pairs checked ({sum(self.checked.values())} times)"]
        lines += [f"  unchecked: {' '.join(pair)}" for pair in sorted(self.unchecked)]
        return "\n".join(lines)

    def _key(self) -> tuple[str, ...]:
        return tuple(self.spec["paths"])


@functools.cache
def _load(path: Path) -> tuple[dict[str, Any], OpenAPI]:
    spec = json.loads(path.read_text(encoding="utf-8"))
    spec["servers"] = [{"url": _HOST}]
    _without_false_alarms(spec)
    _with_known_nulls(spec["components"]["schemas"])
    _with_listed_remote_links(spec["paths"])
    _with_plain_errors(spec["paths"])
    _without_security(spec)
    return spec, OpenAPI.from_dict(spec, config=Config(spec_validator_cls=None))


def _without_false_alarms(node: Any) -> None:
    if isinstance(node, dict):
        enum = node.get("enum")
        if node.get("nullable") is True and isinstance(enum, list) and None not in enum:
            enum.append(None)
        if node.get("format") == "date-time" and node.get("type") == "string":
            del node["format"]
            node["pattern"] = _MOMENT
        for value in node.values():
            _without_false_alarms(value)
    elif isinstance(node, list):
        for value in node:
            _without_false_alarms(value)


def _with_known_nulls(schemas: dict[str, Any]) -> None:
    found = [schemas[name]["properties"] for name in ("ChangeDetails", "issue-search-result-item") if name in schemas]
    for properties in found:
        for name in {"from", "fromString", "to", "toString", "body"} & set(properties):
            properties[name]["nullable"] = True


def _with_listed_remote_links(paths: dict[str, Any]) -> None:
    if operations := paths.get("/rest/api/3/issue/{issueIdOrKey}/remotelink"):
        described = operations["get"]["responses"]["200"]["content"]["application/json"]
        described["schema"] = {"oneOf": [{"type": "array", "items": described["schema"]}, described["schema"]]}


def _with_plain_errors(paths: dict[str, Any]) -> None:
    described = (one for operations in paths.values() for one in operations.values() if isinstance(one, dict))
    for operation in described:
        for status, answer in operation.get("responses", {}).items():
            schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
            if status.startswith("4") and "oneOf" in schema:
                schema["anyOf"] = schema.pop("oneOf")


def _without_security(spec: dict[str, Any]) -> None:
    """Who may ask is not what these checks are about, and the validator warns of schemes that it does not know."""
    spec.pop("security", None)
    spec["components"].pop("securitySchemes", None)
    for operations in spec["paths"].values():
        for operation in operations.values():
            if isinstance(operation, dict):
                operation.pop("security", None)


@functools.cache
def _templates(paths: tuple[str, ...]) -> list[tuple[str, re.Pattern[str]]]:
    # A file's path is the one placeholder that has slashes in it.
    escaped = [(t, re.escape(t).replace(r"\{path\}", ".+")) for t in paths]
    return [(t, re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", pattern))) for t, pattern in escaped]


def _request(
    method: str, path: str, query: Mapping[str, Any] | None, body: Any, headers: Mapping[str, str] | None
) -> MockRequest:
    # openapi-core takes one segment for each placeholder, and a file's path has several.
    one_segment = _FILE.sub(lambda found: found[1] + found[2].replace("/", "-"), path)
    return MockRequest(
        _HOST,
        method.lower(),
        urllib.parse.quote(one_segment, safe="/"),
        args=dict(query or {}),
        headers=dict(headers or {}),
        data=None if body is None else json.dumps(body).encode(),
        content_type="application/json",
    )


def _explain(error: Exception) -> str:
    parts: list[str] = []
    for deeper in getattr(error.__cause__ or error, "schema_errors", []) or [error.__cause__ or error]:
        where = getattr(deeper, "json_path", "")
        parts.append(f"{where} {str(getattr(deeper, 'message', deeper))[:300]}".strip())
    return f"{type(error).__name__}: {', '.join(parts)}"


def _plain(path: str) -> str:
    return re.sub(r"(?<!api/)\d+", "N", path)
