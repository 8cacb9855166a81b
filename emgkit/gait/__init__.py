"""From contacts and repetitions to cycles and phases.

- `switches`: foot-switch voltages to contacts, foot-offs and states, by way of
  `levels` (a switch alone on its channel), `ladder` (a coded channel), `plausibility` (stuck and inverted
  ones) and `stances` (bounce, swing, scuffs)
- `states`: heel and forefoot on the ground, and their order in a stride
- `cycles`: contacts or repetitions to cycles, each used or left out for a stated reason
- `phases`: time to percent of the cycle and back
"""
