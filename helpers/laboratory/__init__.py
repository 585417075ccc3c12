"""Things that go wrong, done on purpose, to copies and in processes of their own.

damage              a file cut, a bit flipped, a fresh copy to do it to
refusals            a full disk, a directory without permission
half_written        wait until a save is under way
killed_save         a save that dies at each of its steps
simulated_clock     weeks that pass in a moment
"""
