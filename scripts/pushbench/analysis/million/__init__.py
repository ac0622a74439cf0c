"""A million connections on paper, from kept runs, and as many for real as a machine carried."""
