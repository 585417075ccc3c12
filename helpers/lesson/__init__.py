"""What the lesson is about: its digits, its model, its two scripts, and two rules worked out.

mnist               the digits
batches             a hundred of them at a time, the same ones for the same step
digit_classifier    the model, as a graph, and its training
checkpointing       the lesson's script, corrected
resumable_training  a script that may be killed at any moment
retention           which checkpoints a Saver keeps
save_interval       how often to save
"""
