"""Kinds of files: what each is called, and what to do with it."""

from __future__ import annotations

_AS_JPEG = "Save it as JPEG or PNG with the program that made it."
_AS_TIFF = "Save it as TIFF without compression, or as PNG or JPEG, with the program that made it."
_LOSSLESS = "Save it as PNG or TIFF with the program that made it."
_MICROSCOPE = "Export it as TIFF, PNG or JPEG with the program of the microscope, or with Fiji."
_SCIENCE = "Export its pictures as TIFF or PNG with the program that made it, or with Fiji."
_REMOVE = "Take it out of the folder, or leave it: it is passed over."

_UNREAD = {
    "arithmetic_jpeg": ("a JPEG in arithmetic coding", _AS_JPEG),
    "avif_image": ("an AVIF image", _AS_JPEG),
    "bitmap": ("a bitmap of an unusual kind", _AS_JPEG),
    "bpg_image": ("a BPG image", _AS_JPEG),
    "czi_image": ("a Zeiss microscope image (CZI)", _MICROSCOPE),
    "dds_texture": ("a DDS texture", _AS_JPEG),
    "deep_jpeg": ("a JPEG with more than 8 bits a colour", "Save it as TIFF or PNG."),
    "dicom_image": ("a medical image (DICOM)", "Export it as PNG or TIFF with the program that shows it."),
    "djvu_file": ("a DjVu document", _AS_JPEG),
    "dpx_image": ("a DPX film image", _AS_JPEG),
    "drawing_program_file": ("the file of a drawing program", _AS_JPEG),
    "fits_image": ("a FITS image", _SCIENCE),
    "flif_image": ("a FLIF image", _AS_JPEG),
    "gimp_file": ("a GIMP file", _AS_JPEG),
    "hdf5_file": ("an HDF5 file", _SCIENCE),
    "hierarchical_jpeg": ("a hierarchical JPEG", _AS_JPEG),
    "icon": ("an icon", _AS_JPEG),
    "ios_png": ("a PNG in the form that iPhone apps carry", "Take the picture that the app was made with."),
    "jbig2_image": ("a JBIG2 image", _AS_JPEG),
    "jng_image": ("a JNG image", _AS_JPEG),
    "jpeg_2000_image": ("a JPEG 2000 image", _AS_JPEG),
    "jpeg_ls_image": ("a JPEG-LS image", _LOSSLESS),
    "jpeg_xl_image": ("a JPEG XL image", _AS_JPEG),
    "jpeg_xr_image": ("a JPEG XR image", _AS_JPEG),
    "ktx_texture": ("a KTX texture", _AS_JPEG),
    "lif_image": ("a Leica microscope image (LIF)", _MICROSCOPE),
    "lossless_jpeg": ("a lossless JPEG", _LOSSLESS),
    "matlab_file": ("a MATLAB file", _SCIENCE),
    "metafile": ("a drawing (Windows metafile)", _AS_JPEG),
    "mng_animation": ("an MNG animation", _AS_JPEG),
    "mouse_pointer": ("a mouse pointer", _AS_JPEG),
    "mrc_image": ("an electron microscope image (MRC)", _MICROSCOPE),
    "nd2_image": ("a Nikon microscope image (ND2)", _MICROSCOPE),
    "netcdf_file": ("a NetCDF file", _SCIENCE),
    "nifti_image": ("a medical image (NIfTI)", _SCIENCE),
    "numpy_array": ("a NumPy array", "Save it as PNG or TIFF."),
    "openexr_image": ("an OpenEXR image", _AS_JPEG),
    "pam_image": ("a PAM image", _AS_JPEG),
    "pcx_image": ("a PCX image", _AS_JPEG),
    "pfm_image": ("a PFM image in colour", _AS_JPEG),
    "photoshop_file": ("a Photoshop file", _AS_JPEG),
    "postscript_file": ("a PostScript file", _AS_JPEG),
    "qoi_image": ("a QOI image", _AS_JPEG),
    "radiance_image": ("a Radiance HDR image", _AS_JPEG),
    "raw_photo": (
        "a raw photo of a camera",
        "Save it as JPEG or TIFF with the camera's program, or install the program's extra “raw”.",
    ),
    "sgi_image": ("an SGI image", _AS_JPEG),
    "sun_raster": ("a Sun raster image", _AS_JPEG),
    "svg_drawing": ("a drawing (SVG)", _AS_JPEG),
    "targa_image": ("a Targa image (TGA)", _AS_JPEG),
    "xbm_image": ("an XBM image", _AS_JPEG),
    "xpm_image": ("an XPM image", _AS_JPEG),
}
_NO_IMAGES = {
    "archive": ("an archive", "Unpack it, and choose the folder that it becomes."),
    "office_file": ("an office document", _REMOVE),
    "pdf": ("a PDF document", "Save its pictures as JPEG or PNG if they are wanted."),
    "shortcut": ("a shortcut to a file or page", "Put the photo itself in its place."),
    "sound": ("a sound recording", _REMOVE),
    "video": ("a video", "Save single pictures of it as JPEG if they are wanted."),
    "web_page": ("a web page under the name of a photo", "Download the photo itself once more."),
}

_CHANGES = {
    "bands_as_colours": "files have three grey channels; these were taken for red, green and blue",
    "blank": "pictures show nothing but one colour",
    "damaged_remark": "files hold a damaged remark; their pictures are whole and are used",
    "developed": "files are raw photos, which the extra “raw” developed",
    "first_frame": "files are animations or have several pages; only the first picture of each is used",
    "further_bands": "files have channels beyond red, green and blue (as near infrared); these are left out",
    "hidden_colours": "files are transparent everywhere; the colours beneath the transparency are used",
    "looks_damaged": "files open, but look damaged: a part of the picture seems to be lost; look at them",
    "no_data": "files have places where nothing was measured; these became black",
    "not_finite": "files are images with values that are no numbers; these were set to 0",
    "on_black": "pictures are white on transparent ground; that became black",
    "profile_unusable": "files have a damaged or a wrong colour profile; their colours are used as they are",
    "rescaled": "files are photos with more than 8 bits a colour; they were brought to the usual range",
    "tiny": "pictures are less than 4 pixels wide or high; nothing can be seen in them",
}

KINDS: dict[str, tuple[str, str]] = {
    "not_downloaded.annex": (
        "“{name}” is a placeholder of git-annex; the photo itself was not downloaded.",
        "Run “git annex get .” in its folder.",
    ),
    "not_downloaded.git_lfs": (
        "“{name}” is a placeholder of Git LFS; the photo itself was not downloaded.",
        "Run “git lfs pull” in its folder.",
    ),
    **{
        f"not_an_image.{key}": (f"“{{name}}” is {what}, not an image.", hint)
        for key, (what, hint) in _NO_IMAGES.items()
    },
    **{
        f"unsupported_format.{key}": (f"“{{name}}” is {what}, which the program does not read.", hint)
        for key, (what, hint) in _UNREAD.items()
    },
    "unsupported_format.bands": (
        "“{name}” has {count:,} channels, and nothing in it says which are red, green and blue.",
        "Save the three channels to look at as one RGB picture.",
    ),
    "unsupported_format.channels": (
        "“{name}” has an unusual number of channels or bits, which the program does not read.",
        _AS_JPEG,
    ),
    "unsupported_format.tiff_compression": (
        "“{name}” is a TIFF with {inside} compression, which the program does not read.",
        _AS_TIFF,
    ),
    "unsupported_format.tiff_compression_unknown": (
        "“{name}” is a TIFF with an unknown compression (number {number}).",
        _AS_TIFF,
    ),
}

READ_WITH_NOTES: dict[str, str] = {
    "brightness": (
        "{count:file has|files have} more than 8 bits a colour; everywhere {black:,.6g} became "
        "black and {white:,.6g} white."
    ),
    **{
        f"changed.{change}": f"{{count:,}} {what}, such as {{names:quoted}}."
        for change, what in _CHANGES.items()
    },
}
