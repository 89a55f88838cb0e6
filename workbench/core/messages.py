"""What the program has to say, as data: a code and its values. The sentences are in `workbench.words`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """One thing to say to a person. Its `str` is the sentence, once `workbench.words` is imported.

    Attributes:
        code: Stable name. What stands before a dot is the reason that reports group by; what follows the
            dot tells sentences with the same reason apart: `not_an_image`, `not_an_image.not_a_file`.
        values: What the sentence is filled with: strings, numbers, lists of them, or another message.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def said(cls, title: str, hint: str = "") -> Message:
        """A message whose sentences are made already: by the window, the command line or an old file."""
        return cls("said", {"title": title, "hint": hint})

    @classmethod
    def read(cls, stored: Any) -> Message:
        """A message from a file: as it is stored now, or the bare sentence that was stored before 0.2."""
        return cls.said(stored) if isinstance(stored, str) else cls(stored["code"], stored["values"])

    @property
    def reason(self) -> str:
        """The code without what tells its sentences apart."""
        return self.code.partition(".")[0]

    @property
    def title(self) -> str:
        """What is the matter: one sentence."""
        return _in_words(self)[0]

    @property
    def hint(self) -> str:
        """What to do about it: one sentence; "" where there is nothing to do."""
        return _in_words(self)[1]

    def __str__(self) -> str:
        return " ".join(filter(None, _in_words(self)))


def _bare(message: Message) -> tuple[str, str]:
    if message.code == "said":
        return message.values["title"], message.values["hint"]
    return f"{message.code}({', '.join(f'{name}={value}' for name, value in message.values.items())})", ""


_in_words: Callable[[Message], tuple[str, str]] = _bare


def say_with(words: Callable[[Message], tuple[str, str]]) -> None:
    """Sets what makes a message's sentences, title and hint; without it they are code and values."""
    global _in_words  # one language a process
    _in_words = words
