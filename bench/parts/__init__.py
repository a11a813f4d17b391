"""Parts of the benchmark: each module measures one thing and returns a `bench.report.Part`."""
