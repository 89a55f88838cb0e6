"""What a model costs: how large it is, how much it computes, how long a photo takes here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Of one model file on this computer.

    Attributes:
        parameters: Numbers that training sets, backbone and head together; what normalisation only counts
            along (running means and variances) is none of them.
        multiply_adds: Multiplications with an addition for one photo, in convolutions and matrix products, of
            which nearly all of the work consists; both views of a photo counted where the model looks at its
            mirror image, too. None where that could not be counted.
        file_bytes: Size of the model file.
        runtime: What computes, for people; "" where only the full edition can run it.
        milliseconds: From prepared pixels to probabilities, for a photo, in batches as in prediction. None
            where that was not measured.
        decode_milliseconds: From the file to prepared pixels, for a photo, one after the other. It is not
            part of `milliseconds`; in prediction several photos are decoded side by side meanwhile.
        photos: How many photos were measured, 0 or more.
        batch: How many at a time.
        while_training: Whether a model learned on this computer meanwhile: the times are longer then.
    """

    parameters: int
    multiply_adds: int | None
    file_bytes: int
    runtime: str
    milliseconds: float | None = None
    decode_milliseconds: float | None = None
    photos: int = 0
    batch: int = 0
    while_training: bool = False
