"""Stand-alone check of an exported evidence file: no database, no Django, no network; format in `docs/evidence.md`."""
