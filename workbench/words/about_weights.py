"""Pretrained weights: files, downloads and the model hub."""

from __future__ import annotations

_LATER = "Try again later: the download goes on where it stopped."
_OTHER_FILE = "Choose another weights file, or leave the field empty to use the architecture's own."
_CHECK_CONNECTION = (
    "Check the internet connection, or take EfficientNet-Lite0, whose weights come with the program."
)
_FROM_NOTHING = "Let it learn from nothing, or choose another architecture."
_INSTALL_AGAIN = "Install the program again."

ERRORS: dict[str, tuple[str, str]] = {
    "broke_off": ("The connection broke off.", _LATER),
    "broke_off.early": (
        "The connection broke off before the whole file was here.",
        _LATER,
    ),
    "broke_off.host": (
        "The connection to “{host}” broke off.",
        _LATER,
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
        _CHECK_CONNECTION,
    ),
    "hub_without_hash": (
        "The model hub does not say what the weights “{repository}” must be.",
        "This network may want you to sign in first: open any page in a browser, then try again.",
    ),
    "less_than_here": (
        "“{host}” has less of the file than is here already.",
        _LATER,
    ),
    "no_answer": ("“{host}” does not answer.", "Check the internet connection and try again."),
    "no_weights": (
        "There are no pretrained weights for {architecture}.",
        _FROM_NOTHING,
    ),
    "no_weights.mode": (
        "{architecture} has no pretrained weights, so it cannot start from them.",
        _FROM_NOTHING,
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
        _LATER,
    ),
    "other_size": (
        "The file on the server has {stated:,} bytes where {size:,} were expected.",
        "Try again later, or choose another architecture.",
    ),
    "own_weights_damaged": (
        "The weights that come with the program are damaged.",
        _INSTALL_AGAIN,
    ),
    "own_weights_missing": (
        "The weights that come with the program are missing ({package}).",
        _INSTALL_AGAIN,
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
        _LATER,
    ),
    "unreachable": (
        "This computer cannot reach “{host}”.",
        _CHECK_CONNECTION,
    ),
    "web_page": (
        "A web page came instead of the file.",
        "This network may want you to sign in first: open any page in a browser, sign in, then try again.",
    ),
    "weights_damaged": (
        "“{name}” is damaged or is not a file of weights only.",
        _OTHER_FILE,
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
        _OTHER_FILE,
    ),
    "weights_unreadable": ("“{path}” cannot be read.", "Check that it is there."),
    "weights_unsafe": (
        "“{name}” is not a kind of weights file that is safe to open.",
        "Choose a file that ends in .safetensors, .pth or .pt.",
    ),
}
