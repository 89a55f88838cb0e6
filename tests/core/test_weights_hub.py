"""Weights that are downloaded: from a local stand-in for the hub, and from a torchvision-like address."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import socket
import threading
from collections.abc import Generator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import huggingface_hub
import pytest
import safetensors.torch
import torch
from torch import Tensor

from workbench.core.architectures.architecture import WeightsSource
from workbench.core.architectures.architecture_rows import architecture_of
from workbench.core.errors import ResourceError
from workbench.core.events import Progress
from workbench.core.weights import hub, stored
from workbench.core.weights.store import fetch
from workbench.core.weights.stored import weights_state


def saved(tensors: dict[str, Tensor]) -> bytes:
    file = io.BytesIO()
    torch.save(tensors, file)
    return file.getvalue()


TENSORS = {"weight": torch.arange(60_000, dtype=torch.float32)}
BODY = safetensors.torch.save(TENSORS)
SHA256 = hashlib.sha256(BODY).hexdigest()
PTH = saved(TENSORS)
REPOSITORY = "someone/tiny"
PAGE = f"/{REPOSITORY}/resolve/main/{hub.FILE}"


class HubHandler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        self.server.requests.append((self.command, self.path))
        if self.path == PAGE and self.server.status == 200:
            # The files lie on another host than the hub's pages.
            blob = f"http://localhost:{self.server.server_port}/cdn/blob"
            self._head(302, 0, Location=blob, **self.server.stated)
        elif self.path == "/cdn/blob" or self.path.endswith(".pth"):
            body = BODY if self.path == "/cdn/blob" else PTH
            self._head(200, len(body))
            self.wfile.write(body)
        else:
            self._head(self.server.status if self.server.status != 200 else 404, 0)

    def _head(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(length), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps the test's output clean."""


class Hub(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), HubHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.status = 200
        self.stated = {
            "X_Linked_Etag": f'"{SHA256}"',
            "X_Linked_Size": str(len(BODY)),
            "X_Repo_Commit": "0" * 40,
        }
        self.requests: list[tuple[str, str]] = []


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    huggingface_hub.close_session()
    with Hub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        huggingface_hub.close_session()
        running.shutdown()
        thread.join()


def run(job: Generator[Progress, None, dict[str, Tensor]]) -> tuple[list[Progress], dict[str, Tensor]]:
    events = []
    while True:
        try:
            events.append(next(job))
        except StopIteration as end:
            return events, end.value


def hub_row() -> Any:
    return dataclasses.replace(architecture_of("lenet5"), weights=WeightsSource("hub", REPOSITORY))


def test_the_hub_states_size_and_hash(server: Hub) -> None:
    assert hub.locate(REPOSITORY) == hub.HubFile(server.url + PAGE, SHA256, len(BODY))


def test_weights_come_from_the_hub_once(server: Hub) -> None:
    row = hub_row()
    assert weights_state(row) == "download"
    events, tensors = run(fetch(row))
    assert torch.equal(tensors["weight"], TENSORS["weight"])
    assert events[-1].done == events[-1].total == len(BODY)
    assert weights_state(row) == "here"
    asked = len(server.requests)
    events, again = run(fetch(row))
    assert torch.equal(again["weight"], TENSORS["weight"])
    assert events == []
    assert len(server.requests) == asked


def test_weights_that_rotted_on_the_disk_are_fetched_again(server: Hub) -> None:
    row = hub_row()
    run(fetch(row))
    path = stored.path_of(REPOSITORY)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    events, tensors = run(fetch(row))
    assert "damaged" in events[0].text
    assert torch.equal(tensors["weight"], TENSORS["weight"])
    assert path.read_bytes() == BODY


def test_a_hub_whose_file_is_not_what_it_states(server: Hub) -> None:
    server.stated["X_Linked_Etag"] = f'"{"0" * 64}"'
    with pytest.raises(ResourceError, match="not the one that was published"):
        run(fetch(hub_row()))
    assert weights_state(hub_row()) == "download"


@pytest.mark.parametrize("stated", ['"abc"', ""])
def test_a_hub_that_does_not_state_the_hash(server: Hub, stated: str) -> None:
    server.stated["X_Linked_Etag"] = stated
    with pytest.raises(ResourceError, match="does not say"):
        hub.locate(REPOSITORY)


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_hub_that_refuses(server: Hub, status: int) -> None:
    server.status = status
    with pytest.raises(ResourceError, match="does not give"):
        hub.locate(REPOSITORY)


def test_no_hub_in_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(ResourceError, match="cannot reach the model hub"):
            hub.locate(REPOSITORY)


def test_the_environment_can_switch_downloads_off(server: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    # The hub's client reads HF_HUB_OFFLINE when it is imported.
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    huggingface_hub.close_session()
    with pytest.raises(ResourceError, match="switched off"):
        hub.locate(REPOSITORY)
    assert server.requests == []


def test_the_start_of_the_hash_in_a_file_name_is_checked(server: Hub) -> None:
    start = hashlib.sha256(PTH).hexdigest()[:8]
    row = architecture_of("lenet5")
    right = WeightsSource("torchvision", f"{server.url}/models/tiny-{start}.pth")
    _, tensors = run(fetch(dataclasses.replace(row, weights=right)))
    assert torch.equal(tensors["weight"], TENSORS["weight"])
    wrong = WeightsSource("torchvision", f"{server.url}/models/tiny-00000000.pth")
    with pytest.raises(ResourceError, match="not the one that was published"):
        run(fetch(dataclasses.replace(row, weights=wrong)))
