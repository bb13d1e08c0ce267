"""Frozen values and their vocabulary. No files, no clock, no judgement."""
