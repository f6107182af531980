package io.edgeai.optimize.prune;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.train.data.Augmentation;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.SplittableRandom;

/** Mirrors each image of a batch left to right with a chance of one half. */
record Mirror(String input) implements Augmentation {
    @Override
    public void apply(Map<String, Tensor> batch, SplittableRandom random) {
        Tensor images = batch.get(input);
        if (images == null || images.type() != ElementType.FLOAT || images.shape().length < 2) {
            throw new InvalidInputException("Input (" + input + ") holds no FLOAT images to mirror: " + images
                    + ". Maybe it is one of " + batch.keySet() + ".");
        }
        long[] shape = images.shape();
        int width = (int) shape[shape.length - 1];
        int image = (int) (images.elements() / shape[0]);
        FloatBuffer values = images.buffer().asFloatBuffer();
        float[] row = new float[width];
        for (int i = 0; i < shape[0]; i++) {
            if (random.nextBoolean()) {
                for (int at = i * image; at < (i + 1) * image; at += width) {
                    values.get(at, row);
                    for (int x = 0; x < width; x++) {
                        values.put(at + x, row[width - 1 - x]);
                    }
                }
            }
        }
    }
}
