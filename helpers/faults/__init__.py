"""What goes wrong, done on purpose: damage, refusals, killed saves."""
