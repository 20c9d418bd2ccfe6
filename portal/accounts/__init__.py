"""Logging in and out, and the language and colours somebody prefers."""
