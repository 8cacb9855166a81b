"""Sourced timing windows and the comparison with them."""
