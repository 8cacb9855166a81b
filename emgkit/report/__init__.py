"""One model of what is said, and its outputs."""
