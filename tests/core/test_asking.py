"""Which photos a person is asked about next, held against what the definitions say, computed the long way."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from workbench.core.instant.asking import teaching, typical
from workbench.core.results.probabilities import softmax


def _drawn(photos: int, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    random = np.random.default_rng(seed)
    features = random.normal(size=(photos, 12)).astype(np.float32)
    return features, softmax(random.normal(0, 2, (photos, 4)))


def _the_long_way(features: NDArray[np.float32], answers: NDArray[np.float64], count: int) -> list[int]:
    """Every gradient written out, and every distance measured."""
    centred = features - features.mean(axis=0)
    looks = centred / np.linalg.norm(centred, axis=1, keepdims=True)
    gradients = []
    for look, answer in zip(looks, answers, strict=True):
        error = answer - np.eye(len(answer))[answer.argmax()]
        gradients.append(np.outer(error, look).ravel())
    taken = [int(np.argmax([np.linalg.norm(each) for each in gradients]))]
    while len(taken) < count:
        farthest = [
            -1.0
            if row in taken
            else min(
                [np.linalg.norm(each)] + [float(np.linalg.norm(each - gradients[other])) for other in taken]
            )
            for row, each in enumerate(gradients)
        ]
        taken.append(int(np.argmax(farthest)))
    return taken


@pytest.mark.parametrize("seed", range(5))
def test_what_teaches_most_is_what_the_gradients_say(seed: int) -> None:
    features, answers = _drawn(40, seed)

    assert teaching(features, answers, 8).tolist() == _the_long_way(features, answers, 8)


def test_a_doubtful_photo_comes_before_a_sure_one_and_its_copy_does_not_come_next() -> None:
    features, answers = _drawn(30)
    answers[:] = (0.97, 0.01, 0.01, 0.01)
    answers[7] = answers[8] = answers[21] = (0.4, 0.4, 0.1, 0.1)
    features[8] = features[7]

    first, second, third = teaching(features, answers, 3).tolist()

    assert {first, second} in ({7, 21}, {8, 21})
    assert third not in (7, 8)


def test_no_photo_is_asked_for_twice_and_no_more_than_there_are() -> None:
    features, answers = _drawn(5)

    assert sorted(teaching(features, answers, 12)) == [0, 1, 2, 3, 4]
    assert sorted(typical(features, 12)) == [0, 1, 2, 3, 4]
    assert not len(typical(features[:0], 3))


def test_of_many_photos_the_sure_ones_are_not_compared() -> None:
    features, answers = _drawn(3000)
    answers[1000:] = (0.999, 0.0004, 0.0003, 0.0003)

    assert teaching(features, answers, 20).max() < 1000


def test_what_is_typical_comes_from_every_cluster_the_largest_first() -> None:
    random = np.random.default_rng(1)
    middles = 10 * np.eye(4, 12)
    sizes = (40, 10, 25, 5)
    kinds = np.repeat(np.arange(4), sizes)
    features = (middles[kinds] + random.normal(0, 0.01, (len(kinds), 12))).astype(np.float32)

    chosen = typical(features, 4)

    assert kinds[chosen].tolist() == [0, 2, 1, 3]


def test_equal_photos_do_no_harm() -> None:
    features = np.ones((10, 12), np.float32)

    assert len(typical(features, 3)) == 1  # they are one cluster
    assert len(set(teaching(features, np.full((10, 2), 0.5), 3).tolist())) == 3
