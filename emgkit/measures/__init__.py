"""Timing and magnitude per cycle, profile and summary.

- `assignment`: bursts to the cycles that they start in, with their phases
- `magnitude`: sums over intervals of samples
- `tables`: the rows of `cycles` and `bursts` of one trial
- `circular`: averages of phases
- `profile`, `summary`: over all used cycles of all trials
"""
