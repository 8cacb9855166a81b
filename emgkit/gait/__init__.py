"""From contacts and repetitions to cycles and phases.

- `switches`: foot-switch voltages to contacts, foot-offs and states, by way of
  `levels` (a switch alone on its channel), `ladder` (a coded channel), `plausibility` (stuck and inverted
  ones) and `stances` (bounce, swing, scuffs)
- `states`: heel and forefoot on the ground, and their order in a stride
- `feet`, `agreement`: events and switches of one foot, and how far they agree
- `cycles`, `repetitions`: contacts, marks or a channel of motion to cycles
- `ledger`: which cycles are left out, why, and with which numbers
- `bounds`: what bounds the cycles of a recording
- `phases`: time to percent of the cycle and back
- `strides`, `perry`, `parameters`: the used strides of all trials, Perry's eight phases, time parameters
- `footsteps`: what a figure of the foot switches shows
"""
