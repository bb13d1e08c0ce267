"""Benchmarks: how fast, and how good the judgement is."""
