"""The doctor's facts on this computer, and its sentences for others."""

from __future__ import annotations

import json

import pytest
import torch

from workbench.core import doctor, torch_check

BUILT_FOR = ["sm_75", "sm_80", "sm_86", "sm_90", "sm_100", "sm_120"]


def test_examine_gives_facts_that_are_plain_json_and_a_self_test_that_ran() -> None:
    findings = doctor.examine(seconds=0.05)
    facts = json.loads(json.dumps(findings.facts))
    assert facts["packages"]["torch"] == torch.__version__.partition("+")[0]
    assert facts["device"].partition(":")[0] in ("cpu", "cuda")
    assert facts["self_test"]["training_steps_per_second"] > 0
    assert facts["self_test"]["photos_decoded_per_second"] > 0
    assert facts["self_test"]["finite"] is True
    assert facts["free_disk_gb"] > 0
    assert all(warning.title.endswith(".") for warning in findings.warnings)


def test_the_self_test_leaves_the_random_numbers_as_they_were() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    doctor.examine(seconds=0.01)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(
    ("card", "capability", "kernels", "runs", "says"),
    [
        ("GTX 1080", (6, 1), BUILT_FOR, False, "no kernels"),
        ("Tesla V100", (7, 0), BUILT_FOR, False, "no kernels"),
        ("GTX 1650", (7, 5), BUILT_FOR, True, ""),
        ("A100", (8, 0), BUILT_FOR, True, ""),
        ("RTX 3090", (8, 6), BUILT_FOR, True, ""),
        ("RTX 4090", (8, 9), BUILT_FOR, True, ""),
        ("H100", (9, 0), BUILT_FOR, True, ""),
        ("H100", (9, 0), BUILT_FOR, False, "driver"),
        ("B200", (10, 0), BUILT_FOR, True, ""),
        ("RTX 5090", (12, 0), ["sm_80", "sm_90"], False, "no kernels"),
        ("RTX 5090", (12, 0), ["sm_80", "compute_90"], True, ""),
        ("H100", (9, 0), ["sm_90a"], True, ""),
    ],
)
def test_cards_that_this_torch_has_no_kernels_for_are_told_from_cards_whose_driver_fails(
    card: str, capability: tuple[int, int], kernels: list[str], runs: bool, says: str
) -> None:
    complaint = torch_check.card_complaint(card, capability, kernels, runs)
    sentence = "" if complaint is None else complaint.title
    assert says in sentence
    assert bool(sentence) == bool(says)
    assert not sentence or card in sentence


def test_little_room_is_worth_a_sentence_each() -> None:
    assert doctor._room_warnings(100.0, 16.0, "/data") == []
    disk, memory = doctor._room_warnings(1.0, 1.5, "/data")
    assert "1.0 GB" in disk.title
    assert "1.5 GB" in memory.title
