"""Speed beside other programs: ``python -m benchmarks``."""
