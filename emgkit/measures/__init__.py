"""Timing and magnitude per cycle, profile and summary.

- `assignment`: bursts to the cycles that they start in, with their phases
- `magnitude`: amplitude over intervals of samples, with noise and without
- `trial`: the rows of `cycles` and `bursts` of one trial
- `parts`: magnitude of stance, swing and phases over all used cycles
- `normalisation`: what percentages are of, and what speaks against it
- `circular`: averages of phases
- `profile`, with `bootstrap` and `intensity`, and `summary`: over all used cycles of all trials
"""
