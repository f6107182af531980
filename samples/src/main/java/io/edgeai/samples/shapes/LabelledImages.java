package io.edgeai.samples.shapes;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;

/** Grey pictures of one size, each with the number of its class. Immutable: arrays are copied in and out. */
public final class LabelledImages {
    private final int side;
    private final int classes;
    private final float[] pixels;
    private final int[] labels;

    LabelledImages(int side, int classes, float[] pixels, int[] labels) {
        if (pixels.length != labels.length * side * side) {
            throw new InvalidInputException("(" + labels.length + ") images of " + side + "×" + side + " need "
                    + labels.length * side * side + " pixels, not (" + pixels.length + ").");
        }
        this.side = side;
        this.classes = classes;
        this.pixels = pixels;
        this.labels = labels;
    }

    public int size() {
        return labels.length;
    }

    /** Width and height in pixels. */
    public int side() {
        return side;
    }

    /** Classes are numbered from 0 to this, exclusive. */
    public int classes() {
        return classes;
    }

    public int label(int index) {
        return labels[index];
    }

    /** One picture, row-major, 0 black to 1 white. */
    public float[] image(int index) {
        return Arrays.copyOfRange(pixels, index * side * side, (index + 1) * side * side);
    }

    /** All pictures one after the other. */
    public float[] pixels() {
        return pixels.clone();
    }

    public int[] labels() {
        return labels.clone();
    }

    /** All pictures: FLOAT [n, 1, side, side]. */
    public Tensor tensor() {
        return Tensor.of(pixels, size(), 1, side, side);
    }

    /** Pictures {@code from} to {@code to}, exclusive. */
    public LabelledImages slice(int from, int to) {
        return new LabelledImages(
                side,
                classes,
                Arrays.copyOfRange(pixels, from * side * side, to * side * side),
                Arrays.copyOfRange(labels, from, to));
    }

    /** One picture as bytes 0 to 255, row-major. */
    public byte[] bytes(int index) {
        byte[] bytes = new byte[side * side];
        for (int p = 0; p < bytes.length; p++) {
            bytes[p] = (byte) Math.round(255 * Math.max(0, Math.min(1, pixels[index * side * side + p])));
        }
        return bytes;
    }

    /** One picture in characters, one line for each row. */
    public String ascii(int index) {
        String shades = " .:-=+*#%@";
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                float value = pixels[(index * side + y) * side + x];
                text.append(shades.charAt(Math.max(0, Math.min(9, (int) (value * 10)))));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
