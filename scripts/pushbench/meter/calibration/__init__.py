"""The meter is measured before it measures: can the numbers of this machine be trusted?

`checks` says what each check wants and judges it, from plain numbers. `calibrate` in `conduct` runs the programs that
give those numbers. `record` is what is written to calibration.json and what a person reads of it.
"""
