"""The process library for everybody in the office: to look up, to read, to print. Changing it is in portal/studio."""
