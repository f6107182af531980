package io.edgeai.optimize.retrain;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.train.data.Augmentation;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Changes the images of a batch, which are its FLOAT tensors [N, channels, height, width]; several of one example are
 * changed alike.
 *
 * @param mirrored whether half of the images are mirrored left to right
 * @param shift pixels by which images move at most in each direction; what comes in is 0
 */
public record ImageAugmentation(boolean mirrored, int shift) implements Augmentation {
    /** Leaves images as they are. */
    public static final ImageAugmentation NONE = new ImageAugmentation(false, 0);

    public ImageAugmentation {
        if (shift < 0) {
            throw new InvalidInputException("shift (" + shift + ") must be 0 or more pixels. Maybe 2.");
        }
    }

    String inWords() {
        String words = (mirrored ? ", mirrored" : "") + (shift == 0 ? "" : ", shifted by up to " + shift);
        return words.isEmpty() ? ", images as they are" : words;
    }

    @Override
    public void apply(Map<String, Tensor> batch, SplittableRandom random) {
        List<Tensor> images = batch.values().stream()
                .filter(tensor -> tensor.type() == ElementType.FLOAT && tensor.shape().length == 4)
                .toList();
        if (images.isEmpty()) {
            throw new InvalidInputException("Batch (" + batch
                    + ") holds no FLOAT images of four dimensions to change. Maybe leave images as they are.");
        }
        long examples = images.get(0).shape()[0];
        for (int example = 0; example < examples; example++) {
            boolean turn = mirrored && random.nextBoolean();
            int right = shift == 0 ? 0 : random.nextInt(-shift, shift + 1);
            int down = shift == 0 ? 0 : random.nextInt(-shift, shift + 1);
            for (Tensor tensor : images) {
                change(tensor, example, turn, right, down);
            }
        }
    }

    private static void change(Tensor images, int example, boolean turn, int right, int down) {
        if (!turn && right == 0 && down == 0) {
            return;
        }
        long[] shape = images.shape();
        int height = (int) shape[2];
        int width = (int) shape[3];
        float[] before = new float[height * width];
        float[] after = new float[height * width];
        FloatBuffer values = images.buffer().asFloatBuffer();
        for (int channel = 0; channel < shape[1]; channel++) {
            int at = (int) ((example * shape[1] + channel) * before.length);
            values.get(at, before);
            Arrays.fill(after, 0);
            for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
                for (int x = Math.max(0, right); x < Math.min(width, width + right); x++) {
                    int from = x - right;
                    after[y * width + x] = before[(y - down) * width + (turn ? width - 1 - from : from)];
                }
            }
            values.put(at, after);
        }
    }
}
