"""Two results side by side: barefoot and brace, before and after.

- `conditions`: what of two results may be compared, and why not
- `measures`: the rows, each with the interval of the difference
- `side_by_side`: both together
"""

from emgkit.comparison.side_by_side import Comparison, compare

__all__ = ["Comparison", "compare"]
