"""What notebooks need around a lesson: workspace, listings, errors, clocks, a second Python."""
