"""What costs how much, as ratios measured side by side. Run by hand; nothing here is a test."""
