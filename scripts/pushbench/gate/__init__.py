"""Holds a run against thresholds: what shall not be, and whether it is so beyond chance."""
