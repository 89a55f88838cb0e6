"""Pretrained weights: files, downloads and the model hub."""

from __future__ import annotations

ERRORS: dict[str, tuple[str, str]] = {
    "broke_off": ("The connection broke off.", "Try again later: the download goes on where it stopped."),
    "broke_off.early": (
        "The connection broke off before the whole file was here.",
        "Try again later: the download goes on where it stopped.",
    ),
    "broke_off.host": (
        "The connection to “{host}” broke off.",
        "Try again later: the download goes on where it stopped.",
    ),
    "changed_on_its_way": (
        "Something between this computer and the server changes the file on its way.",
        "Try again in another network, or get the file yourself and choose it as the weights file.",
    ),
    "download_stopped": ("The download was stopped.", "What has arrived is kept for the next time."),
    "downloads_off": (
        "Downloads are switched off on this computer (HF_HUB_OFFLINE).",
        "Switch them on, or take EfficientNet-Lite0, whose weights come with the program.",
    ),
    "gone_from_server": (
        "The file is no longer there at “{host}”.",
        "Look for a newer version of the program, or choose another architecture.",
    ),
    "hub_unreachable": (
        "This computer cannot reach the model hub.",
        "Check the internet connection, or take EfficientNet-Lite0, whose weights come with the program.",
    ),
    "hub_without_hash": (
        "The model hub does not say what the weights “{repository}” must be.",
        "This network may want you to sign in first: open any page in a browser, then try again.",
    ),
    "less_than_here": (
        "“{host}” has less of the file than is here already.",
        "Try again later: the download goes on where it stopped.",
    ),
    "no_answer": ("“{host}” does not answer.", "Check the internet connection and try again."),
    "no_weights": (
        "There are no pretrained weights for {architecture}.",
        "Let it learn from nothing, or choose another architecture.",
    ),
    "no_weights.mode": (
        "{architecture} has no pretrained weights, so it cannot start from them.",
        "Let it learn from nothing, or choose another architecture.",
    ),
    "not_as_published": (
        "The file that arrived is not the one that was published.",
        "It was thrown away; try again later or in another network.",
    ),
    "not_on_hub": (
        "The model hub does not give the weights “{repository}”.",
        "Try again later or in another network, or choose another architecture.",
    ),
    "not_to_be_trusted": (
        "The connection to “{host}” cannot be trusted.",
        "A sign-in page or a filter of this network may be in the way: ask who looks after the network.",
    ),
    "other_part": (
        "The server sent another part of the file than was asked for.",
        "Try again later: the download goes on where it stopped.",
    ),
    "other_size": (
        "The file on the server has {stated:,} bytes where {size:,} were expected.",
        "Try again later, or choose another architecture.",
    ),
    "own_weights_damaged": (
        "The weights that come with the program are damaged.",
        "Install the program again.",
    ),
    "own_weights_missing": (
        "The weights that come with the program are missing ({package}).",
        "Install the program again.",
    ),
    "refused": (
        "“{host}” refuses to give the file.",
        "Try again in another network, or ask who looks after it.",
    ),
    "sent_in_circles": (
        "“{host}” sends the program round in circles.",
        "Try again later or in another network.",
    ),
    "server_in_trouble": (
        "“{host}” has a problem of its own just now.",
        "Try again later: the download goes on where it stopped.",
    ),
    "unreachable": (
        "This computer cannot reach “{host}”.",
        "Check the internet connection, or take EfficientNet-Lite0, whose weights come with the program.",
    ),
    "web_page": (
        "A web page came instead of the file.",
        "This network may want you to sign in first: open any page in a browser, sign in, then try again.",
    ),
    "weights_damaged": (
        "“{name}” is damaged or is not a file of weights only.",
        "Choose another weights file, or leave the field empty to use the architecture's own.",
    ),
    "weights_do_not_fit": (
        (
            "These weights do not belong to {architecture}: {missing} parts are missing, {unknown} are "
            "unknown and {misshapen} have another shape."
        ),
        "Choose the architecture that they were made for, or weights that were made for {architecture}.",
    ),
    "weights_not_finite": (
        "“{name}” holds numbers that are not finite.",
        "Choose another weights file, or leave the field empty to use the architecture's own.",
    ),
    "weights_unreadable": ("“{path}” cannot be read.", "Check that it is there."),
    "weights_unsafe": (
        "“{name}” is not a kind of weights file that is safe to open.",
        "Choose a file that ends in .safetensors, .pth or .pt.",
    ),
}
