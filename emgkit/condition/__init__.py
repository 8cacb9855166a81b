"""Filters and envelopes for magnitude."""
