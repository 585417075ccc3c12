"""What the notebooks share. Each package has one subject, and its docstring names its modules.

    checkpoints     examine and safely restore what any Saver wrote; useful outside the course
    lesson          the digits, the model, and the scripts that train it
    laboratory      things that go wrong, done on purpose
    figures         what the notebooks draw
    notebook        what every notebook needs around its lesson
    exercises       checks the reader's answers
    data            MNIST

`notebook` knows no other package, and `checkpoints` only its `quiet`.
"""
