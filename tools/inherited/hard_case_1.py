"""A program that is hard to inherit: `python hard_case_1.py`, with TensorFlow 1.8.

Everything in it was good practice in 2018. It turns the digits a little while it trains, with an
operation of `tf.contrib`; it names a GPU; it asks NumPy for a figure, through `tf.py_func`; Adam
trains it, and moving averages of the weights are kept. Run by Python 3.6.
"""

import numpy as np
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data


def recalls(answers, digits):
    """Return for each digit the share of its images that were recognised, float32 (10,)."""
    return np.array([(answers[digits == d] == d).mean() for d in range(10)], np.float32)


mnist = input_data.read_data_sets("MNIST_data/")
images = tf.placeholder(tf.float32, [None, 784], name="images")
digits = tf.placeholder(tf.int64, [None], name="digits")
angle = tf.placeholder_with_default(0.0, [], name="angle")
with tf.device("/gpu:0"):
    turned = tf.contrib.image.rotate(tf.reshape(images, [-1, 28, 28, 1]), angle)
    weights = tf.get_variable("weights", [784, 10])
    bias = tf.get_variable("bias", [10], initializer=tf.zeros_initializer())
    scores = tf.add(tf.matmul(tf.reshape(turned, [-1, 784]), weights), bias, name="scores")
loss = tf.losses.sparse_softmax_cross_entropy(digits, scores)
step = tf.train.get_or_create_global_step()
adam_step = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=step)
averages = tf.train.ExponentialMovingAverage(0.9)
with tf.control_dependencies([adam_step]):
    train_step = averages.apply([weights, bias])
tf.add_to_collection(tf.GraphKeys.TRAIN_OP, train_step)
answers = tf.argmax(scores, 1, name="answers")
accuracy = tf.reduce_mean(tf.cast(tf.equal(answers, digits), tf.float32), name="accuracy")
tf.py_func(recalls, [answers, digits], tf.float32, name="recalls")
saver = tf.train.Saver()
averaged_saver = tf.train.Saver(averages.variables_to_restore())

test_feed = {images: mnist.test.images, digits: mnist.test.labels}
with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as session:
    session.run(tf.global_variables_initializer())
    for _ in range(100):
        batch_images, batch_digits = mnist.train.next_batch(100)
        feed = {images: batch_images, digits: batch_digits, angle: np.random.uniform(-0.2, 0.2)}
        session.run(train_step, feed)
    prefix = saver.save(session, "./network.ckpt", global_step=step)
    print("final:", session.run(accuracy, test_feed))
    print("recalls:", session.run("recalls:0", test_feed).round(3).tolist())
    averaged_saver.restore(session, prefix)
    print("averaged:", session.run(accuracy, test_feed))
print(f"version: {tf.__version__}")
