"""The lesson's complete script, corrected: `python checkpointing.py`.

Trains the digit classifier for 50 steps and saves a checkpoint at every tenth and at the end, in
the directory it is started in.
"""

from helpers.quiet import quiet_start

with quiet_start():
    import tensorflow.compat.v1 as tf

from helpers.digits.batches import Batches
from helpers.digits.mnist import load_mnist


def main() -> None:
    """Build, train and save."""
    mnist = load_mnist()
    batches = Batches(mnist.train_images, mnist.train_labels, size=100, seed=36)

    tf.set_random_seed(36)
    x = tf.placeholder(tf.float32, [None, 784])
    y_ = tf.placeholder(tf.float32, [None, 10])
    weights = tf.get_variable("weights", [784, 10], initializer=tf.glorot_uniform_initializer())
    bias = tf.get_variable("bias", [10], initializer=tf.constant_initializer(0.1))
    logits = tf.nn.relu(x @ weights + bias)
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=y_, logits=logits)
    train_step = tf.train.GradientDescentOptimizer(0.001).minimize(loss)
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
    saver = tf.train.Saver(max_to_keep=100)

    test_feed = {x: mnist.test_images, y_: mnist.test_labels}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for step in range(50):
            if step % 10 == 0:
                print(f"step {step:2}  accuracy {session.run(accuracy, test_feed):.4f}")
                saver.save(session, "model.ckpt", global_step=step)
            batch_xs, batch_ys = batches[step]
            session.run(train_step, {x: batch_xs, y_: batch_ys})
        print(f"final    accuracy {session.run(accuracy, test_feed):.4f}")
        saver.save(session, "final-model.ckpt", global_step=step)


if __name__ == "__main__":
    with tf.Graph().as_default():
        main()
