"""The report as plain data: the result and the document from which HTML, PDF and Word are rendered."""

from __future__ import annotations

from typing import Any

from emgkit.errors import InputError
from emgkit.report.model import as_data
from emgkit.result import Analysis

SCHEMA_VERSION = 1
BULKY = ("svg", "wav")
"""Keys of a block that hold a figure or a sound."""


def report_model(an: Analysis, *, figures: bool = True) -> dict[str, Any]:
    """Return the whole report as plain data: for report generators, and what the shipped ones render.

    Parameters
    ----------
    an : Analysis
        One read back with `from_json` has no traces; the report then says so in their place.
    figures : bool
        Whether pictures carry their SVG (`svg`) and the player its sound (`wav`, base 64); without them the
        blocks keep names, texts and captions.

    Returns
    -------
    dict
        `schema_version`; `result`, which is the content of `result.json`; `document`, the report as it is
        read: `title`, `status`, `signed`, `strip`, `footer` and `sections` of blocks with their `kind`.
        Nothing but dicts, lists, text, numbers, true, false and None;
        `emgkit/schemas/report_model.schema.json` describes every key. The same analysis gives the same data.

    Raises
    ------
    InputError
        If `an` is no analysis.

    Notes
    -----
    Numbers stand in `result`, whole; the document has them as they are printed. What cannot be determined
    reads "not determinable" in both.

    Examples
    --------
    >>> import emgkit
    >>> model = emgkit.report_model(emgkit.analyze(emgkit.simulate(n_cycles=5)), figures=False)
    >>> list(model)
    ['schema_version', 'result', 'document']
    """
    from emgkit.report.build import build

    if not isinstance(an, Analysis):
        raise InputError("this is no analysis", found=type(an).__name__, accepted="what analyze returns")
    document = as_data(build(an))
    if not figures:
        for section in document["sections"]:
            section["blocks"] = [
                {key: value for key, value in block.items() if key not in BULKY}
                for block in section["blocks"]
            ]
    return {"schema_version": SCHEMA_VERSION, "result": an.to_dict(), "document": document}
