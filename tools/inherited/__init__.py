"""Makes the inherited checkpoints of notebook 10 with old TensorFlow; see `make.py`."""
