"""pushbench: runs trials, does the statistics, draws and writes the report."""
