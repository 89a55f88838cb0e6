from __future__ import annotations

import pytest

from workbench.core.settings import replace
from workbench.core.training.config import recommended
from workbench.core.training.durations import Rates, seconds_for

INSTANT = recommended("instant")
BETTER = recommended("improve")
BEST = replace(BETTER, {"quality": "best"})
MEASURED = Rates(decode=200.0, features=100.0, tuning=50.0)


def test_times_are_worked_out_by_hand() -> None:
    # 500 photos: 2 views at 100 a second, and half a second for the heads
    assert seconds_for(INSTANT, 500, MEASURED) == pytest.approx(10.0 + 0.5)
    # 4 views at 100 a second, heads, and 10 passes at 50 a second
    assert seconds_for(BETTER, 500, MEASURED) == pytest.approx(20.0 + 0.5 + 100.0)
    assert seconds_for(BEST, 500, MEASURED) == pytest.approx(40.0 + 0.5 + 300.0)


def test_nothing_is_said_that_was_not_measured() -> None:
    assert seconds_for(INSTANT, 500, Rates()) is None
    assert seconds_for(INSTANT, 500, Rates(features=100.0)) == pytest.approx(10.5)
    assert seconds_for(BETTER, 500, Rates(features=100.0)) is None
    assert seconds_for(recommended("transfer"), 500, MEASURED) is None
    assert seconds_for(recommended("instant", "resnet18"), 500, MEASURED) is None
