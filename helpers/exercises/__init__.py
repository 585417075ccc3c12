"""What checks a reader's answers: one module a notebook, one function an exercise."""
