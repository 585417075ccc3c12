"""What checks a reader's answers: one module a notebook, one function an exercise.

`verdict` is what they say, and `remembering` what two of them ask alike.
"""
