"""The tests of `helpers/scripts/`."""
