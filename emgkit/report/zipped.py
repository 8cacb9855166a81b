"""Zip files whose bytes do not tell when they were written."""

import io
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)


def without_times(content: bytes) -> bytes:
    """Return a zip file with the same entries in the same order, none with a time of writing."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for entry in given.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(fixed, given.read(entry))
    return made.getvalue()
