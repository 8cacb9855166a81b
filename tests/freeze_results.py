"""Keep results of this version, so that later versions are held to reading them. A release runs it once:

    python tests/freeze_results.py

It writes `tests/results/VERSION/`: the result of each sample session, of each table its first rows.
"""

import dataclasses
import sys
from pathlib import Path

import emgkit
from emgkit import tables
from emgkit.result import Analysis

ROOT = Path(__file__).resolve().parent
RESULTS = ROOT / "results"
N_ROWS = 6


def trimmed(an: Analysis) -> Analysis:
    """Return the analysis with the first rows of each table; quality keeps all, as each differs."""
    shorter = {name: getattr(an, name).head(N_ROWS) for name in tables.TABLES if name != "quality"}
    return dataclasses.replace(an, **shorter, notes=an.notes[:N_ROWS])


def main() -> None:
    """Write the results of this version, which are not there yet."""
    folder = RESULTS / emgkit.__version__
    if folder.exists():
        sys.exit(f"{folder.relative_to(ROOT.parent)} is there: what a release wrote is never replaced")
    folder.mkdir(parents=True)
    for session in sorted(p for p in (ROOT.parent / "sample_data").iterdir() if p.is_dir()):
        an = emgkit.analyze_session(emgkit.load_session(session))
        (folder / f"{session.name}.json").write_text(trimmed(an).to_json(), encoding="utf-8")


if __name__ == "__main__":
    main()
