"""What the computer lacks: room on a disk, memory, a device."""

from __future__ import annotations

_MAKE_ROOM = "Make room on that disk or check that you may write there, then try again."
_ROOM = "Make room on that disk, then try again."
_WITHOUT_HOME = (
    "Write --temp-profile right after `workbench` to do without it, or set WORKBENCH_PROFILE to a folder "
    "that you may write to."
)

ERRORS: dict[str, tuple[str, str]] = {
    "disk_full": ("The disk is full.", "Make room on it, then try again."),
    "disk_full.file": ("“{name}” could not be written, because its disk is full.", _ROOM),
    "disk_full.download": (
        "The download needs {needed:megabytes} MB, and the disk has {free:megabytes} MB left.",
        "Make room on the disk that holds “{folder}”, then try again.",
    ),
    "disk_full.photos": (
        "The disk that holds “{folder}” has too little room for the prepared photos.",
        "Make room on it, or choose a smaller image size, then try again.",
    ),
    "full_edition.architecture": (
        "“{architecture}” with these weights cannot be made ready by the light edition of this program.",
        "Choose EfficientNet-Lite0 with its own weights, or install the full edition.",
    ),
    "full_edition.device": (
        "The light edition of this program does not use graphics cards.",
        "Choose auto or cpu, or install the full edition.",
    ),
    "full_edition.method": (
        "“{method}” comes with the full edition of this program; this is the light one.",
        "Make an instant model here, or install the full edition.",
    ),
    "full_edition.model": (
        "“{name}” was made by the full edition of this program, and only that can use it.",
        "Open it there, or choose an instant model.",
    ),
    "file_refused": (
        "“{name}” cannot be read or written.",
        "Check that you may open it, and that its drive is connected.",
    ),
    "home_missing": ("This user has no home folder to keep anything in.", _WITHOUT_HOME),
    "home_not_writable": ("The program cannot write to its own folder “{folder}”.", _WITHOUT_HOME),
    "home_not_writable.full": (
        "The disk that holds the program's own folder “{folder}” is full.",
        "Make room on it, or write --temp-profile right after `workbench` to use another disk.",
    ),
    "memory_full": (
        "There is not enough memory to train this architecture at this image size.",
        "Choose a smaller image size or a smaller architecture, or close other programs.",
    ),
    "no_fp16": ("float16 needs a graphics card.", "Choose “where it helps”, bf16 or off."),
    "no_graphics_card": (
        "There is no graphics card here that can be used for training.",
        "Choose auto or cpu; `workbench doctor` says what is missing.",
    ),
    "no_runtime": (
        "No way to compute features works on this computer.",
        "Run `workbench doctor` and install the program again.",
    ),
    "no_such_device": ("There is no device called “{device}”.", "Choose auto, cpu or cuda."),
    "not_saved": (
        "“{name}” could not be saved in “{folder}”.",
        _MAKE_ROOM,
    ),
    "not_saved.full": ("“{name}” could not be saved: the disk that holds “{folder}” is full.", _ROOM),
    "not_saved.no_folder": (
        "“{name}” could not be saved, because there is no folder “{folder}”.",
        "Make that folder first, or choose another.",
    ),
    "not_saved.refused": (
        "“{name}” could not be saved, because you may not write to “{folder}”.",
        "Choose another folder.",
    ),
    "not_saved.download": (
        "The download cannot be written to “{folder}”.",
        _MAKE_ROOM,
    ),
    "not_saved.runtime": (
        "What this computer needs to look at photos could not be kept in “{folder}”.",
        _MAKE_ROOM,
    ),
    "not_saved.sample": (
        "The sample photos could not be saved in “{folder}”.",
        "Make room on that disk or choose another folder.",
    ),
    "slow_bf16": (
        "This computer is slower with bfloat16, not faster.",
        "Choose “where it helps” or off.",
    ),
}

FINDINGS: dict[str, str] = {
    "card_does_not_answer": (
        "{name} does not answer: update its driver; until then training uses the processor."
    ),
    "driver_too_old": "The NVIDIA driver is too old for this torch (CUDA {cuda}) or fails: update it.",
    "light_edition": (
        "This is the light edition: improving a model (Better, Best) and learning from nothing come with the "
        "full one."
    ),
    "low_disk": "Only {free:.1f} GB are free on the disk of {folder}: make room before you train.",
    "low_memory": "Only {free:.1f} GB of memory are free: close other programs before you train.",
    "no_kernels": (
        "This torch has no kernels for {name} (compute capability {capability}): training uses the "
        "processor, unless a torch that was built for this card is installed."
    ),
    "no_nvidia_card": "There is no NVIDIA graphics card: training a whole network takes minutes to hours.",
    "python_without_docstrings": ("Python runs with -OO, under which torch does not work: leave that out."),
    "self_test_slow": (
        "The self-test trained at only {rate:.1f} steps a second: close other programs, or start with few "
        "epochs and a small network."
    ),
    "self_test_wrong": (
        "The self-test computed wrong numbers: update the drivers, or train with --device cpu."
    ),
    "torch_without_cuda": "This torch was built without CUDA, so a graphics card would not be used.",
}
