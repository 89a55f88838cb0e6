"""Where a weights file lies on the Hugging Face hub, and what it must be. No torch in here."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

import huggingface_hub
from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

from workbench.core.errors import ResourceError

FILE = "model.safetensors"


@dataclass(frozen=True)
class HubFile:
    """A file as the hub states it.

    Attributes:
        url: Its address; the hub redirects from there to wherever it is kept.
        sha256: 64 hex digits.
        size: Bytes.
    """

    url: str
    sha256: str
    size: int


def locate(repository: str, *, timeout: float = 10.0) -> HubFile:
    """Asks the hub for the size and the SHA-256 of a repository's weights, without an account.

    The environment's HF_ENDPOINT (another hub) and HF_HUB_OFFLINE are respected.

    Args:
        repository: `owner/name`.
        timeout: Seconds to wait for the answer.

    Raises:
        ResourceError: The hub cannot be reached, refuses, or does not state the SHA-256.
    """
    url = huggingface_hub.hf_hub_url(repository, FILE, endpoint=os.environ.get("HF_ENDPOINT") or None)
    try:
        found = huggingface_hub.get_hf_file_metadata(url, token=False, timeout=timeout)
    except OfflineModeIsEnabled as error:
        raise ResourceError("downloads_off") from error
    except HfHubHTTPError as error:
        raise ResourceError("not_on_hub", str(error), repository=repository) from error
    except Exception as error:  # The hub's client has changed its HTTP library, and so its errors, before.
        raise ResourceError("hub_unreachable", f"{url}: {error}") from error
    if not found.size or not re.fullmatch("[0-9a-f]{64}", found.etag or ""):
        raise ResourceError(
            "hub_without_hash", f"size {found.size}, etag {found.etag}", repository=repository
        )
    return HubFile(url, str(found.etag), found.size)
