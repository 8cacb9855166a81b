"""Checks of the signal - verdict, value, limit, advice."""
