"""The lesson's program in the words of TensorFlow 1: `python lesson_1.py`, in an empty directory.

Written after the screencast "Save The State Of A TensorFlow Model With Checkpointing" (AI
Workbox). The digits come from `tensorflow.examples`, which finds them in `MNIST_data/`, where
`make.py` has put them; no seed is set, as none is set in the screencast. Run by Python 3.6.
"""

import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data

mnist = input_data.read_data_sets("MNIST_data/", one_hot=True)
session = tf.InteractiveSession()

x = tf.placeholder(tf.float32, [None, 784], name="x")
y_ = tf.placeholder(tf.float32, [None, 10], name="y_")
weights = tf.get_variable("weights", [784, 10])
bias = tf.get_variable("bias", [10], initializer=tf.constant_initializer(0.1))
logits = tf.nn.relu(tf.matmul(x, weights) + bias, name="logits")
loss = tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=logits)
train_step = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
right = tf.equal(tf.argmax(logits, 1), tf.argmax(y_, 1))
accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")
saver = tf.train.Saver(max_to_keep=100)

test_feed = {x: mnist.test.images, y_: mnist.test.labels}
tf.global_variables_initializer().run()
for step in range(50):
    if step % 10 == 0:
        print(f"step {step}:", accuracy.eval(test_feed))
        saver.save(session, "./model.ckpt", global_step=step)
    batch_xs, batch_ys = mnist.train.next_batch(100)
    train_step.run({x: batch_xs, y_: batch_ys})
print("final:", accuracy.eval(test_feed))
saver.save(session, "./final-model.ckpt", global_step=step)

# What became of the bare name, without "./" in front of it?
try:
    saver.save(session, "model.ckpt", global_step=step)
    print("bare name: saved")
except ValueError as error:
    print(f"bare name: ValueError: {error}")
print(f"version: {tf.__version__}")
