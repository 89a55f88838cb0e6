"""One real engine process for the tests of a module."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from workbench.engine.client import EngineClient, Message
from workbench.engine.messages import JobCompleted, JobFailed

PATIENCE = 120.0


@pytest.fixture(scope="module")
def engine(session_profile: None) -> Iterator[EngineClient]:
    client = EngineClient("test-engine")
    client.start()
    yield client
    client.quit()


def finish(client: EngineClient, *jobs: int) -> dict[int, list[Message]]:
    """Every message of each job, once all of them have ended; each ends with its one last message."""
    messages: dict[int, list[Message]] = {job: [] for job in jobs}
    running, deadline = set(jobs), time.monotonic() + PATIENCE
    while running:
        assert time.monotonic() < deadline, f"jobs {running} did not end"
        message = client.receive(1.0)
        if message is None:
            continue
        assert message.job in running, f"{message} came after its job had ended"
        messages[message.job].append(message)
        if isinstance(message, JobCompleted | JobFailed):
            running.remove(message.job)
    return messages
