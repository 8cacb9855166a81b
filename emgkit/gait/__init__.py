"""From contacts and repetitions to cycles and phases.

- `switches`: foot-switch voltages to contacts and foot-offs
- `cycles`: contacts or repetitions to cycles, each used or left out for a stated reason
- `phases`: time to percent of the cycle and back
"""
