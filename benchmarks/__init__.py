"""Figures of `docs/explanation/quality.md`, measured on the machine at hand; `make bench` writes `benchmarks/results/`."""
