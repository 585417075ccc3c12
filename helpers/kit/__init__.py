"""What notebooks need around a lesson: a workspace, listings, errors, a second Python, a clock."""
