"""The REST API: the same commands and queries as the screens, for programs; rest_framework is touched only here."""
