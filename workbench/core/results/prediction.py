"""The answer for one image. No NumPy."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workbench.core.messages import Message
from workbench.core.results.reject import Caution, Refusal, RejectRule


@dataclass(frozen=True)
class Prediction:
    """The answer for one image.

    Attributes:
        path: As it was given.
        class_name: What the photo is taken for: the most probable class; "" where the model says nothing of
            it, or the file could not be read.
        probability: Of the most probable class.
        probabilities: One for each class, 0 to 1, sum 1; empty where the file could not be read.
        error: What is wrong with the file and what to do, as `str` says; None where it could be read.
        stamp: Tells the file that was read from another one of the same name (`files.stamp_of`); "" where
            nobody asked.
        accepted: Whether the model says something of the photo; None where it has no rule for that, as those
            of older versions, and where the file could not be read.
        nearest: The most probable class, accepted or not; "" where the file could not be read.
        refusal: Why it says nothing; "" where it does.
        distance: From what the model learned; None where that is not known.
    """

    path: str
    class_name: str
    probability: float
    probabilities: dict[str, float]
    error: Message | None = None
    stamp: str = ""
    accepted: bool | None = None
    nearest: str = ""
    refusal: Refusal = ""
    distance: float | None = None

    @property
    def most_probable(self) -> str:
        """The most probable class, also of predictions that nobody has judged."""
        return self.nearest or self.class_name

    def judged(self, rule: RejectRule | None, caution: Caution) -> Prediction:
        """The same answer, accepted or refused as a rule says."""
        best = self.most_probable
        if self.error is not None or rule is None:
            return replace(self, class_name=best, accepted=None, nearest=best, refusal="")
        refusal = rule.refusal(self.probability, self.distance, caution)
        said = "" if refusal else best
        return replace(self, class_name=said, accepted=not refusal, nearest=best, refusal=refusal)
