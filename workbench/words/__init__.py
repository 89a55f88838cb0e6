"""What the program says: the sentences for each message's code, for the window and the command line.

The tables hold templates in English. `{name}` is filled with the message's value of that name; what may
follow its colon is Python's own (`{size:.1f}`), one of `fill.SPECS` (`{names:quoted}`), or the words after a
whole number, for one and for several (`{count:photo is|photos are}`). Importing this gives messages and
errors their sentences.
"""

from __future__ import annotations

from workbench.core.messages import Message, say_with
from workbench.words.fill import filled, translate_with
from workbench.words.tables import SENTENCES, SEVERAL

__all__ = ["SENTENCES", "say", "title_and_hint", "translate_with"]


def title_and_hint(message: Message) -> tuple[str, str]:
    """What is the matter and what to do about it, a sentence each; the hint may be empty.

    A code that has no words, in the folder of a newer version, is given as it is.
    """
    templates = SENTENCES.get(message.code)
    if message.code == "several":
        templates = SEVERAL.get(message.values["code"], templates)
    if templates is None:
        return message.code, ""
    title, hint = (templates, "") if isinstance(templates, str) else templates
    return filled(title, message.values), filled(hint, message.values)


def say(message: Message) -> str:
    """What is the matter, one sentence."""
    return title_and_hint(message)[0]


say_with(title_and_hint)
