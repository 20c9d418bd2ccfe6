"""The desk of caseworkers and reviewers: queue, window, guided task, case, search, notices. All works without JS."""
