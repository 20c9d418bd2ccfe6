"""The studio: the library of processes, upload with a report, comparison, and publication by a second person."""
