"""Timing and magnitude, profile and summary."""
