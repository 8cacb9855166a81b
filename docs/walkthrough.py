"""Execute the notebook of the documentation in a fresh kernel and store its outputs.

Run it after a change of what the notebook shows (needs the extra `test`):

    python docs/walkthrough.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

DOCS = Path(__file__).resolve().parent
NOTEBOOK = DOCS / "session_walkthrough.ipynb"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""Nothing of the machine or of the version of Python."""


def executed() -> Any:
    """Return the notebook with the outputs of a fresh kernel; a cell that fails raises."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        record_timing=False,
        coalesce_streams=True,  # one text for each cell, however it arrived
        resources={"metadata": {"path": str(DOCS)}},
    )
    client.execute()
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


if __name__ == "__main__":
    nbformat.write(executed(), NOTEBOOK)
