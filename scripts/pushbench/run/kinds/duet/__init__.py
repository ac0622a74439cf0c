"""Two servers that live at once on the same cores and take turns: what disturbs the machine is in both."""
