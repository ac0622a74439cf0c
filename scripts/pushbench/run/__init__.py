"""Starts servers and load generators, and keeps what they give."""
