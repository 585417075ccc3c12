"""For the checkpoints of any Saver, in this course and outside it; stands on TensorFlow alone.

  __main__            `python -m helpers.checkpoints DIRECTORY`: what is in a directory
  describe            `… describe PREFIX`: what is in one checkpoint, without its author's code
  examine             the same for a program: intact, damaged, orphaned, left over
  restore             restore only what fits, or the newest checkpoint that is intact
  put_aside           copy one checkpoint, whole or not at all
  compare             two checkpoints, variable by variable
and what these stand on:
  look                one look at a directory
  prefix              one checkpoint, opened
  files               which files belong to which checkpoint
  index_file          reads `.index`
  state_file          reads the state file
  verify              whether one checkpoint is intact
  save_order          which checkpoint is newer
  saver_match         whether a checkpoint fits a Saver
"""
