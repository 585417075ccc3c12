"""What the notebooks share. Each module has one subject, and most know no other module.

Useful outside the course, for the checkpoints of any Saver:
    examine             what is in a directory: intact, damaged, orphaned, left over; a command too
    safe_restore        restore only what fits, or the newest checkpoint that is intact
    put_aside           copy one checkpoint, whole or not at all
    compare             two checkpoints, variable by variable
  and what these stand on:
    checkpoint_files    which files belong to which checkpoint
    index_file          reads `.index`
    state_file          reads the state file
    verify              whether one checkpoint is intact
    save_order          which checkpoint is newer
    saver_match         whether a checkpoint fits a Saver

The lesson: mnist, batches, digit_classifier, checkpointing (the lesson's script),
    resumable_training (a script that may be killed), retention and save_interval (the two rules)

Pictures: pictures (how all of them look and are shown), and one module for each kind:
    accuracy_figures, digit_images, retention_picture, lives_figure, crash_points_figure,
    save_interval_figure, layout_picture, damage_pictures

In the laboratory: damage, refusals, half_written, killed_save, simulated_clock

In every notebook: quiet (no start-up lines), workspace (files that go away), directory_listing,
    expected_error, dissected_error, second_python, exercises (checks the reader's answers)
"""
