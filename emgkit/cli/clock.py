"""What lies in the future by this machine's clock: warned of, and never part of a result.

A clock in a result would end the equal bytes; so the commands look at it and only speak.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from emgkit.model import Session

_LATEST = datetime.timezone(datetime.timedelta(hours=14))
"""Where a day begins first; who signs there is not in the future."""


def of_the_future(session: Session, now: datetime.datetime | None = None) -> Iterator[str]:
    """Yield a sentence for each date of a session that has not come yet anywhere on earth.

    Parameters
    ----------
    session : Session
    now : datetime with a zone, optional
        Otherwise this machine's clock.
    """
    today = (now or datetime.datetime.now(datetime.UTC)).astimezone(_LATEST).date().isoformat()
    manifest = session.manifest
    dates = [
        ("session.date", manifest.get("session", {}).get("date")),
        ("signature.date", manifest.get("signature", {}).get("date")),
        *((f"edit {edit.number}, when", edit.when[: len(today)]) for edit in session.edits),
    ]
    for key, day in dates:
        if day and day > today:
            yield f"{key}: {day} is in the future by the clock of this machine; it is taken as it stands."
