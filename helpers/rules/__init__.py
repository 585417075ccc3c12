"""What is worked out without TensorFlow: which checkpoints are kept, how often to save."""
