"""Forms of a process on a page: a schema becomes controls with native constraints, a request becomes raw answers.

What is valid is decided by bpm_core.notation.cleaning alone; here is only how it looks and how it is said.
"""
