"""The protocol fuzz: random and mutated messages to the real server, over both transports, in both eras.

`python -m benchmarks.fuzz_protocol [--messages N] [--seed N] [--write]`. What is sent follows from the
seed alone; only which of two racing messages wins (a call and its cancellation) does not.
"""
