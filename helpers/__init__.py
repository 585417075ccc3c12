"""What the notebooks share, a room for each subject; no room knows one that stands below it here.

quiet           imports TensorFlow without its start-up noise
checkpoints     examine and safely restore what any Saver wrote; of use outside the course
rules           what is worked out without TensorFlow: retention, how often to save
digits          MNIST, its batches, and the classifier
inherited       checkpoints that six older TensorFlows wrote, and what those printed
scripts         the two programs of the lesson
faults          what goes wrong, done on purpose
kit             what a notebook needs around its lesson
figures         what the notebooks draw
exercises       checks the reader's answers
"""
