"""Quality: controllers and auditors look at cases, prove them, record findings; nothing here changes a case."""
