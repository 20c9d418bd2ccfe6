"""Stand-in for the outside registers: a process of its own with an HTTP API, so that time-outs and errors are real.

It knows synthetic people only: whoever is asked about gets an ordinary life reckoned from the number, unless the
number's sequence tells a story (`stories.STORIES`). Nothing is stored and nothing personal is logged.
"""
