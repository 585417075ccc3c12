"""For the checkpoints of any Saver, in this course and outside it.

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
"""
