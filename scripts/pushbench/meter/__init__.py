"""The meter itself, measured: the calibration, and how close to the limit."""
