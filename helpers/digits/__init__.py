"""MNIST, its batches, and the classifier that the lesson trains."""
