"""The folder of a run, written and read. All else goes through these records."""
