"""The tests of `helpers/lesson/`."""
