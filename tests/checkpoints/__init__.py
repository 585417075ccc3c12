"""The tests of `helpers/checkpoints/`."""
