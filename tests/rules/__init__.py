"""The tests of `helpers/rules/`."""
