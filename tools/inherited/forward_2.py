"""The lesson's model without its training: `python forward_2.py SWITCH`, after `lesson_2.py`.

Restores `final-model.ckpt-49` and saves it again from a graph that has no optimizer.
"""

import sys

import tensorflow.compat.v1 as tf

getattr(tf, sys.argv[1])()

x = tf.placeholder(tf.float32, [None, 784], name="x")
y_ = tf.placeholder(tf.float32, [None, 10], name="y_")
weights = tf.get_variable("weights", [784, 10])
bias = tf.get_variable("bias", [10])
logits = tf.nn.relu(tf.matmul(x, weights) + bias, name="logits")
right = tf.equal(tf.argmax(logits, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")
saver = tf.train.Saver()
with tf.Session() as session:
    saver.restore(session, "./final-model.ckpt-49")
    saver.save(session, "./final-model.ckpt", global_step=49)
