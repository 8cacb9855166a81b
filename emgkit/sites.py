"""Names of foot-switch sites."""

HEEL = "heel"
FIFTH_METATARSAL = "fifth_metatarsal"
FIRST_METATARSAL = "first_metatarsal"
TOE = "toe"
CONTACT = "contact"
CODED = "coded"

SEPARATE = (HEEL, FIFTH_METATARSAL, FIRST_METATARSAL, TOE, CONTACT)
"""One switch a channel; `contact` is a switch (or a joined pair) whose site under the foot is not stated."""
METATARSALS = (FIFTH_METATARSAL, FIRST_METATARSAL)
FOREFOOT = (*METATARSALS, TOE)
SITES = (*SEPARATE, CODED)
"""All; `coded` is one channel whose voltage is the sum of what each closed switch adds."""
