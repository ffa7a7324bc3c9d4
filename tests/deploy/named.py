"""What the shipped texts name, and whether it is there: commands, options, ports, variables, keys, paths.

One look for each kind of name. Each takes all texts and yields a sentence for every name that leads nowhere.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache

import typer.main

from tests.deploy.installations import INSTALLATIONS, supplied
from tests.deploy.shipped import ROOT, RUNBOOK, Texts, documents
from worker.cli import COMMANDS, build_app, policy
from worker.config.forms import ConfigForm, LimitOverridesForm, RouteForm, TrackerForm

PORT = ConfigForm.model_fields["listen"].default.rpartition(":")[2]
#: Ports that are not the program's default, and whose they are.
OTHER_PORTS = {
    "53": "names",
    "80": "the service in front of web",
    "443": "trackers",
    "465": "mail",
    "587": "mail",
    "5432": "PostgreSQL",
    "6379": "Redis",
    "7745": "a scheduler of systemd's",
    "7751": "a worker of systemd's",
    "7752": "another",
}
#: Variables that other programs and libraries read.
OTHER_VARIABLES = {
    "HTTPS_PROXY",
    "NO_PROXY",
    "PIP_DISABLE_PIP_VERSION_CHECK",
    "PIP_NO_CACHE_DIR",
    "POSTGRES_DB",
    "POSTGRES_USER",
    "REQUESTS_CA_BUNDLE",
}
#: No variables: families of addresses.
NO_VARIABLES = {"AF_INET", "AF_UNIX"}
#: Where things are once they are installed, and other programs' own places.
PLACES = {
    "/bin/true",
    "/build",
    "/data",
    "/etc/aftermath",
    "/etc/aftermath/aftermath.env",
    "/etc/aftermath/aftermath.yaml",
    "/etc/systemd/system",
    "/opt/aftermath",
    "/opt/aftermath/bin",
    "/opt/aftermath/bin/aftermath",
    "/opt/aftermath/bin/pip",
    "/opt/aftermath/bin/python",
    "/tmp",
    "/usr/lib/sysusers.d/aftermath.conf",
    "/usr/sbin/nologin",
    "/var/backups/aftermath.db",
    "/var/lib/aftermath",
    "/var/lib/aftermath/aftermath.db",
    "/var/lib/postgresql/data",
}
_PORTS = re.compile(
    r"(?:127\.0\.0\.1|0\.0\.0\.0|\b[A-Za-z]+):(\d{3,5})\b"
    r"|(?:[pP]ort:? \"?|EXPOSE |/port: \"|worker@|\bport )(\d{2,5})\b"
)
_SHELL_ENDS = {"|", "&&", ";", ">", "#"}


# --- commands and their options ---------------------------------------------------------------------


def command_problems(texts: Texts) -> Iterator[str]:
    for path, text in texts.items():
        for words in (*_started(texts, path), *_typed(path, text)):
            command, *rest = words
            if command not in COMMANDS:
                yield f"{path}: there is no command `aftermath {command}`"
                continue
            named = {word.partition("=")[0] for word in rest if re.match(r"-{1,2}[a-z]", word)}
            strangers = named - options(command) - {"--help"}
            yield from (f"{path}: `aftermath {command}` has no option {option}" for option in sorted(strangers))


@cache
def options(command: str) -> frozenset[str]:
    """Every option of a command, in all its spellings; of a group those of all its commands."""
    words = [[command, name] for name in policy.COMMANDS] if command == "policy" else [[command]]
    parameters = [parameter for one in words for parameter in _command(one).params]
    return frozenset(word for one in parameters for word in (*one.opts, *one.secondary_opts))


def _command(words: list[str]) -> typer.core.TyperCommand:
    found = typer.main.get_command(build_app(words))
    for word in words:
        found = found.commands[word]  # type: ignore[attr-defined]
    return found  # type: ignore[return-value]


def _started(texts: Texts, path: str) -> Iterator[list[str]]:
    """Words after `aftermath` where something starts it."""
    text = texts[path]
    if path.endswith("Containerfile"):
        yield from (json.loads(words) for words in re.findall(r"^CMD (\[.*\])$", text, re.MULTILINE))
    elif path.endswith(".service"):
        yield from (words.split() for words in re.findall(r"^ExecStart=\S+ (.*)$", text, re.MULTILINE))
    elif path.endswith("compose.yaml"):
        (document,) = documents(texts, path)
        yield from (s["command"] for s in document["services"].values() if s["image"].startswith("aftermath"))
    elif path.startswith("deploy/kubernetes/"):
        yield from (json.loads(_quoted(words)) for words in re.findall(r"^ +args: (\[.*\])$", text, re.MULTILINE))


def _quoted(flow: str) -> str:
    """A list of YAML's as one of JSON's."""
    return re.sub(r'(?<=[\[ ])([^\s",\[\]]+)(?=[,\]])', r'"\1"', flow)


def _typed(path: str, text: str) -> Iterator[list[str]]:
    """Words after `aftermath` where somebody is to type it."""
    for line in _code(path, text):
        words = line.replace("\\", " ").split()
        words = words[: next((at for at, word in enumerate(words) if word in _SHELL_ENDS), len(words))]
        if found := re.search(r"compose run --rm \S+ (.+)", " ".join(words)):
            yield found[1].split()
        for before, word, after in zip(["", *words], words, range(1, len(words)), strict=False):
            is_ours = word in {"aftermath", "aftermath-ctl"} or word.endswith("/bin/aftermath")
            is_name = before.startswith("-") and before != "--"
            if is_ours and not is_name and re.fullmatch(r"[a-z][a-z-]*", words[after]) and words[after] != "aftermath":
                yield words[after:]


def _code(path: str, text: str) -> Iterator[str]:
    """Lines of code in a text: fenced, between backticks, and indented in a comment."""
    if path.endswith(".md"):
        for block in re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            yield from block.splitlines()
        text = re.sub(r"^```\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    else:
        yield from re.findall(r"^# {5,}(.*)$", text, re.MULTILINE)
    yield from re.findall(r"`([^`\n]+)`", text)


# --- ports, variables, keys -------------------------------------------------------------------------


def port_problems(texts: Texts) -> Iterator[str]:
    known = {PORT, *OTHER_PORTS}
    for path, text in texts.items():
        ports = {one or other for one, other in _PORTS.findall(text)}
        yield from (f"{path}: nobody listens on {port}" for port in sorted(ports - known))


def variable_problems(texts: Texts) -> Iterator[str]:
    known = OTHER_VARIABLES | NO_VARIABLES | _variables_of_options()
    known |= set().union(*(supplied(texts, installation.environment) for installation in INSTALLATIONS))
    for path, text in texts.items():
        named = set(re.findall(r"(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z]+)+(?!\w)", text))
        yield from (f"{path}: nobody reads {name}" for name in sorted(named - known))


def _variables_of_options() -> set[str]:
    group = typer.main.get_command(build_app(["run"]))
    return {str(one.envvar) for one in group.commands["run"].params if one.envvar}  # type: ignore[attr-defined]


def key_problems(texts: Texts) -> Iterator[str]:
    """Keys of the configuration that the runbook names, as `key:`."""
    known = {field for form in (ConfigForm, TrackerForm, RouteForm, LimitOverridesForm) for field in form.model_fields}
    named = set(re.findall(r"`([a-z_]+):(?: [^`]*)?`", texts[RUNBOOK]))
    yield from (f"{RUNBOOK}: there is no key {key}:" for key in sorted(named - known))


# --- paths ------------------------------------------------------------------------------------------


@cache
def routes() -> frozenset[str]:
    """What the web side answers on, as it is written there."""
    tree = ast.parse((ROOT / "worker" / "web.py").read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    return frozenset(
        str(call.args[0].value)
        for call in calls
        if call.func.id == "Route" and isinstance(call.args[0], ast.Constant)  # type: ignore[attr-defined]
    )


def path_problems(texts: Texts) -> Iterator[str]:
    deliveries = {route.partition("{")[0] for route in routes() if "{" in route}
    trackers = {f"{start}{name}" for start in deliveries for name in ("", "github", "jira")}
    known = routes() | trackers | PLACES
    for path, text in texts.items():
        named = re.findall(r"(?<![\w.}~$/:@%*>-])(/[A-Za-z][\w./@-]*)", text)
        for name in sorted({name.rstrip(".") for name in named} - known):
            yield f"{path}: there is no {name}"


def file_problems(texts: Texts) -> Iterator[str]:
    """Files of the project, links, and what `make` is asked for."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for path, text in texts.items():
        named = re.findall(r"(?<![\w/.-])((?:connectors|deploy|docs|rules|tests|worker)/[\w./@-]+)", text)
        named += re.findall(r"(?<![\w/.-])(requirements[\w-]*\.txt)", text)
        for name in sorted({name.rstrip("./") for name in named}):
            if name not in texts and not (ROOT / name).exists():
                yield f"{path}: there is no {name}"
        yield from (f"{path}: no target {name}" for name in re.findall(r"`make (\w+)`", text) if name not in targets)
    headings = {_anchor(heading) for heading in re.findall(r"^#+ (.*)$", texts[RUNBOOK], re.MULTILINE)}
    for link in re.findall(r"\]\(([^)]+)\)", texts[RUNBOOK]):
        file, _, anchor = link.partition("#")
        if (file and not (ROOT / "docs" / file).exists()) or (not file and anchor not in headings):
            yield f"{RUNBOOK}: {link} leads nowhere"


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def service_problems(texts: Texts) -> Iterator[str]:
    """Units and objects that the runbook names."""
    units = {re.sub(r"@?\.service$", "", path.rpartition("/")[2]) for path in texts if path.endswith(".service")}
    objects = {name for text in texts.values() for name in re.findall(r"^  name: (aftermath-\w+)$", text, re.MULTILINE)}
    known = units | objects | {"aftermath-ctl"}
    named = set(re.findall(r"(?<![\w/.-])(aftermath-[a-z]+)", texts[RUNBOOK]))
    yield from (f"{RUNBOOK}: there is no {name}" for name in sorted(named - known))
