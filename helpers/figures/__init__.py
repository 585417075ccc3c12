"""What the notebooks draw. `drawing` is how all look and are shown; each other module is a kind.

accuracy            accuracy during one run, and at the end of many
digits              digits, and the weight images of checkpoints
retention           which checkpoints are alive after each save
lives               the lives of a run that was killed and resumed
crash_points        what is left at each moment of a save
save_interval       what a save costs against what a failure costs
disk_use            how much room a run's checkpoints take
save_times          what a save costs, beside other ways to write the same bytes
layout              where the bytes of each tensor lie in `.data`
cluster_life        a run on a cluster: the step, and which task was there when
many_machines       the share of the work that is lost, from 1 to 10,000 machines
inherited           which TensorFlow reads what which one wrote
ways_out            where a Saver's checkpoint can go
damage              bytes, where a changed one hurts, and who notices
"""
