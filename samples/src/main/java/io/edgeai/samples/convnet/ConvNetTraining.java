package io.edgeai.samples.convnet;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Stochastic gradient descent with momentum .9 in mini-batches of 32 and a cosine learning rate. Each batch is shared
 * among a fixed number of parts whose gradients are added in order, so that a seed gives the same bits on any machine.
 */
public final class ConvNetTraining {
    private static final int BATCH = 32;
    private static final int PARTS = 4;
    private static final float MOMENTUM = .9f;

    /**
     * What one epoch brought.
     *
     * @param epoch counting from 1
     * @param loss mean cross-entropy in nats over the epoch's own batches
     */
    public record Epoch(int epoch, double loss) {}

    private ConvNetTraining() {}

    /**
     * Trains in place.
     *
     * @param images one row-major image a row
     * @param labels class of each image
     * @param epochs passes over the images, at least 1
     * @param learningRate at the start, falling to 0 along a cosine
     */
    public static List<Epoch> fit(
            SmallConvNet net,
            float[][] images,
            int[] labels,
            int epochs,
            double learningRate,
            long seed,
            Progress progress) {
        if (images.length != labels.length || images.length == 0) {
            throw new InvalidInputException("Images (" + images.length + ") and labels (" + labels.length
                    + ") must be equally many and at least 1.");
        }
        if (epochs < 1) {
            throw new InvalidInputException("Epochs (" + epochs + ") must be at least 1.");
        }
        for (int i = 0; i < images.length; i++) {
            if (labels[i] < 0 || labels[i] >= net.classes() || images[i].length != net.side() * net.side()) {
                throw new InvalidInputException("Image " + i + " has label (" + labels[i] + ") and (" + images[i].length
                        + ") pixels. Maybe the network of " + net.classes() + " classes and side " + net.side()
                        + " is for other data.");
            }
        }
        Random random = new Random(seed);
        int[] order = IntStream.range(0, images.length).toArray();
        float[] velocity = new float[net.parameterCount()];
        float[][] gradients = new float[PARTS][net.parameterCount()];
        SmallConvNet.Workspace[] work = new SmallConvNet.Workspace[PARTS];
        for (int i = 0; i < PARTS; i++) {
            work[i] = net.new Workspace();
        }
        int batches = (images.length + BATCH - 1) / BATCH;
        List<Epoch> curve = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            shuffle(order, random);
            double loss = 0;
            for (int b = 0; b < batches; b++) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException("Training was cancelled in epoch (" + (epoch + 1) + ").");
                }
                int from = b * BATCH;
                int to = Math.min(images.length, from + BATCH);
                double[] losses = IntStream.range(0, PARTS)
                        .parallel()
                        .mapToDouble(part -> {
                            java.util.Arrays.fill(gradients[part], 0);
                            double sum = 0;
                            for (int i = from + part; i < to; i += PARTS) {
                                int at = order[i];
                                sum += net.backward(images[at], labels[at], work[part], gradients[part]);
                            }
                            return sum;
                        })
                        .toArray();
                for (double part : losses) {
                    loss += part;
                }
                double done = (epoch * (double) batches + b) / (epochs * (double) batches);
                step(net, velocity, gradients, (float) (learningRate * .5 * (1 + Math.cos(Math.PI * done))), to - from);
            }
            curve.add(new Epoch(epoch + 1, loss / images.length));
            progress.update("train", epoch + 1L, epochs);
        }
        return curve;
    }

    /** Share of images whose class is right, 0 to 1. */
    public static double accuracy(SmallConvNet net, float[][] images, int[] labels) {
        return IntStream.range(0, images.length)
                        .parallel()
                        .filter(i -> net.classify(images[i]) == labels[i])
                        .count()
                / (double) images.length;
    }

    private static void step(SmallConvNet net, float[] velocity, float[][] gradients, float rate, int samples) {
        float[] parameters = net.parameters();
        float share = 1f / samples;
        for (int i = 0; i < parameters.length; i++) {
            float gradient = 0;
            for (float[] part : gradients) {
                gradient += part[i];
            }
            velocity[i] = MOMENTUM * velocity[i] - rate * share * gradient;
            parameters[i] += velocity[i];
        }
    }

    private static void shuffle(int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }
}
