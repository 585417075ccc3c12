"""The tests of `helpers/kit/`."""
