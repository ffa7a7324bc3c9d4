"""The image: locked and hashed, without root, without secrets, and in good health by its own word."""

from __future__ import annotations

import http.server
import json
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.deploy.shipped import ROOT, Texts, changed, shipped
from worker.config.forms import ConfigForm

RECIPE, IGNORED = "deploy/image/Containerfile", "deploy/image/Containerfile.dockerignore"
PORT = ConfigForm.model_fields["listen"].default.rpartition(":")[2]
INSTRUCTIONS = {"FROM", "ENV", "WORKDIR", "RUN", "COPY", "VOLUME", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL"} | {
    "ENTRYPOINT",
    "CMD",
}

Instruction = tuple[str, str]


def instructions(text: str) -> list[Instruction]:
    """Word and rest of each instruction, without comments, its lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(line.split()[0], line.partition(" ")[2].strip()) for line in joined.splitlines() if line.strip()]


def stages(text: str) -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for instruction in instructions(text):
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def recipe_problems(texts: Texts) -> Iterator[str]:
    parts = stages(texts[RECIPE])
    if len(parts) != 2:
        yield f"{len(parts)} stages: one to build and one to run"
    yield from (f"{word} is no instruction" for word, _ in instructions(texts[RECIPE]) if word not in INSTRUCTIONS)
    for part in parts:
        if not re.match(r"python:3\.11-slim-bookworm\b", part[0][1]):
            yield f"{part[0][1]} is not Debian 12 with Python 3.11"
    last = dict(parts[-1])
    if not re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", last.get("USER", "")):
        yield f"it runs as {last.get('USER', 'root')!r}: a number that is not root's, for Kubernetes to see"
    if last.get("EXPOSE") != PORT:
        yield f"it exposes {last.get('EXPOSE')} and listens on {PORT}"
    if f":{PORT}/healthz" not in last.get("HEALTHCHECK", ""):
        yield "its health is not asked of /healthz"
    if json.loads(last.get("ENTRYPOINT", "[]")) != ["aftermath"]:
        yield "it starts something else"
    if last.get("VOLUME") != "/data":
        yield "what it writes goes into the image's own layer"
    yield from _installing_problems(texts)
    yield from _secret_problems(texts)


def _installing_problems(texts: Texts) -> Iterator[str]:
    installing = [rest for word, rest in instructions(texts[RECIPE]) if word == "RUN" and "pip install" in rest]
    for command in installing:
        if "--require-hashes" not in command and "--no-deps" not in command:
            yield f"not by hash: {command}"
        for lock in re.findall(r"--requirement (\S+)", command):
            if not (ROOT / lock).is_file():
                yield f"there is no {lock}"
    if not any("--require-hashes" in command for command in installing):
        yield "nothing is installed by hash"


def _secret_problems(texts: Texts) -> Iterator[str]:
    copied = []
    for word, rest in instructions(texts[RECIPE]):
        if word in {"ARG", "ENV"} and re.search(r"(?i)secret|token|password", rest):
            yield f"a layer that tells a secret: {word} {rest}"
        if word == "COPY" and not rest.startswith("--from="):
            copied += shlex.split(rest)[:-1]
    for source in copied:
        if source in {".", "./"} or not (ROOT / source).exists():
            yield f"COPY {source}: things are copied one by one, by their name"
    let_in = [line[1:] for line in texts[IGNORED].splitlines() if line.startswith("!")]
    if "*" not in texts[IGNORED].splitlines() or sorted(let_in) != sorted(copied):
        yield f"sent to the builder: {sorted(let_in)}; copied: {sorted(copied)}"


def test_the_recipe_is_sound() -> None:
    assert list(recipe_problems(shipped())) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("USER 10001:10001", "USER aftermath", id="user-by-name"),
        pytest.param("USER 10001:10001", "", id="root"),
        pytest.param("--require-hashes", "--prefer-binary", id="without-hashes"),
        pytest.param("COPY rules ./rules", "COPY . .", id="everything-copied"),
        pytest.param("COPY rules ./rules", "COPY rulez ./rules", id="folder-that-is-not-there"),
        pytest.param("requirements-postgres.txt", "requirements-all.txt", id="lock-that-is-not-there"),
        pytest.param("EXPOSE 7744", "EXPOSE 7745", id="another-port"),
        pytest.param("/healthz", "/health", id="another-path"),
        pytest.param("PYTHONUNBUFFERED=1", "GITHUB_TOKEN=x", id="secret-in-a-layer"),
        pytest.param("python:3.11-slim-bookworm", "python:latest", id="any-base"),
        pytest.param("VOLUME /data", "VOLUMES /data", id="no-instruction"),
    ],
)
def test_a_broken_recipe_is_found_out(old: str, new: str) -> None:
    assert list(recipe_problems(changed(RECIPE, old, new)))


def test_more_sent_to_the_builder_than_is_copied_is_found_out() -> None:
    assert list(recipe_problems(changed(IGNORED, "!rules", "!rules\n!.env")))


def test_the_driver_for_postgresql_is_the_one_that_the_tests_use() -> None:
    """`make lock` cuts it out of requirements-dev.txt; who writes the one anew has to write the other."""

    def pins(name: str) -> list[str]:
        lines = (ROOT / name).read_text("utf-8").splitlines()
        starts = [number for number, line in enumerate(lines) if line.startswith("psycopg")]
        blocks = []
        for start in starts:
            end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith("    --hash")), len(lines))
            blocks += lines[start:end]
        return blocks

    assert pins("requirements-postgres.txt") == pins("requirements-dev.txt") != []


@contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of a server on loopback that answers everything with one status."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing to tell."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(("status", "is_well"), [(200, True), (503, False)], ids=["alive", "not-well"])
def test_the_health_check_tells_a_process_that_is_well_from_one_that_is_not(status: int, is_well: bool) -> None:
    _, _, check = dict(stages(shipped()[RECIPE])[-1])["HEALTHCHECK"].partition("CMD ")
    with answering(status) as port:
        words = [word.replace(f":{PORT}/", f":{port}/") for word in json.loads(check)]
        run = subprocess.run([sys.executable, *words[1:]], capture_output=True, timeout=30)
    assert (run.returncode == 0) is is_well
