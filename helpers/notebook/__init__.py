"""What every notebook needs around its lesson.

quiet               TensorFlow's import without its start-up lines
workspace           a directory whose files go away
directory_listing   the files of a directory, with their sizes
expected_error      an error raised on purpose, and the line of it that tells
dissected_error     which line of a message is true
second_python       another process, asked one thing after another
"""
