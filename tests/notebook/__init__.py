"""The tests of `helpers/notebook/`."""
