"""More connections than one process may have files: several servers on one port, several load generators."""
