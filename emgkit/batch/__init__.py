"""Many sessions: their tables over the whole archive."""
