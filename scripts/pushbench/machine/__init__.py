"""What the numbers depend on: the machine, its cores, the build."""
