"""Two servers at once on the same cores, notification by notification: what disturbs the machine is in both."""
