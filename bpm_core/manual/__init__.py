"""The printed manual: process folders -> one document model -> HTML and PDF. Pure: no database, no clock, no network.

Equal folders give equal bytes, so that a test can tell whether a manual is in step with what runs.
"""
