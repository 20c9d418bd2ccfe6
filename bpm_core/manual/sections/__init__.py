"""The parts of a chapter, one module a subject; each gives a Section, or None when the process has nothing of it."""
