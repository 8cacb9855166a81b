"""An archive of sessions, on one machine or on a cluster: found, done each in isolation, and resumed.

- `find` lists the session folders below a root; `names` gives each its folder of results.
- `key` says from what a result was made; `state` keeps it beside the result, written last.
- `one` does one session; `worker` is the process in which that happens; `sandbox` keeps one such process
  and outlives it, `lighter` what it goes without; `local` and `cluster` hand the sessions out.
- `run` chains these; `progress` says how far it is.
- `collect` makes the tables over the archive, with `archived` (one result read), `writers` and `whole`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emgkit.batch.run import run_batch

__all__ = ["run_batch"]


def __getattr__(name: str) -> Any:
    if name != "run_batch":
        raise AttributeError(f"module 'emgkit.batch' has no attribute {name!r}")
    value = globals()[name] = import_module("emgkit.batch.run").run_batch
    return value
