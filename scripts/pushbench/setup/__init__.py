"""What is to be run, before anything runs: transports, scenarios, plan, claims."""
