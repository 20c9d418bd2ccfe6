"""Addresses of the manual online; its pages are in portal/library/printed.py."""
