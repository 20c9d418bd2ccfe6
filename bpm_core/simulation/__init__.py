"""A process run many times in the real engine on a virtual clock, with a working calendar and limited staff.

Pure: no database, no real time. What is assumed stands in docs/simulation.md.
"""
