"""A run for other programs: a tidy CSV, histograms, metrics; and what each of their names means."""
