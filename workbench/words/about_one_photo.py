"""What had to be done to one photo, said of it alone; of a folder's photos see `about_formats`."""

from __future__ import annotations

ONE_PHOTO: dict[str, str] = {
    f"this_photo.{change}": sentence
    for change, sentence in {
        "bands_as_colours": "It has three grey channels; these were taken for red, green and blue.",
        "blank": "It shows nothing but one colour.",
        "damaged_remark": "It holds a damaged remark; the picture is whole and is used.",
        "developed": "It is a raw photo, which the extra “raw” developed.",
        "first_frame": "It is an animation or has several pages; only the first picture is used.",
        "further_bands": "It has channels beyond red, green and blue (as near infrared); these are left out.",
        "hidden_colours": "It is transparent everywhere; the colours beneath the transparency are used.",
        "looks_damaged": "It opens, but looks damaged: a part of the picture seems to be lost.",
        "no_data": "It has places where nothing was measured; these became black.",
        "not_finite": "Some of its values are no numbers; these were set to 0.",
        "on_black": "It is white on transparent ground; that became black.",
        "profile_unusable": "Its colour profile is damaged or a wrong one; its colours are used as they are.",
        "rescaled": "It has more than 8 bits a colour; they were brought to the usual range.",
        "tiny": "It is less than 4 pixels wide or high; nothing can be seen in it.",
    }.items()
}
