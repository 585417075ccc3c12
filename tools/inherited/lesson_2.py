"""The lesson's program as TensorFlow 2 runs it: `python lesson_2.py SWITCH`, beside `mnist.npz`.

The same program as `lesson_1.py`. `tensorflow.examples` has gone, so the digits come from a file,
and TensorFlow 1's behaviour is switched on, in one of the two ways that old code was told to:
SWITCH is `disable_eager_execution` or `disable_v2_behavior`.
"""

import sys

import numpy as np
import tensorflow.compat.v1 as tf

getattr(tf, sys.argv[1])()

with np.load("mnist.npz") as arrays:
    train_images, test_images = (
        arrays[name].astype(np.float32) / 255 for name in ("train_images", "test_images")
    )
    train_labels, test_labels = (
        np.eye(10, dtype=np.float32)[arrays[name]] for name in ("train_labels", "test_labels")
    )
order = np.random.permutation(len(train_images))

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

test_feed = {x: test_images, y_: test_labels}
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for step in range(50):
        if step % 10 == 0:
            print(f"step {step}:", session.run(accuracy, test_feed))
            saver.save(session, "./model.ckpt", global_step=step)
        batch = order[100 * step : 100 * (step + 1)]
        session.run(train_step, {x: train_images[batch], y_: train_labels[batch]})
    print("final:", session.run(accuracy, test_feed))
    saver.save(session, "./final-model.ckpt", global_step=step)
    saver.save(session, "model.ckpt", global_step=step)
    print("bare name: saved")
print(f"version: {tf.__version__}")
