package io.edgeai.core.processor;

/**
 * An image as a model sees it, and where it lies in the original: a point x of the model is {@code (x − left) · scaleX} of
 * the original, and likewise y.
 *
 * @param image what the model sees
 * @param original size of what it was made of
 * @param left columns of ground before the image; below 0 where it was cut
 * @param top rows of ground before the image; below 0 where it was cut
 * @param scaleX columns of the original for one of the model
 * @param scaleY rows of the original for one of the model
 */
public record Framed(Image image, Image original, double left, double top, double scaleX, double scaleY) {
    /** A box of the model on the original, cut at its edges. */
    public Box onOriginal(Box box) {
        return new Box(
                clip((box.x1() - left) * scaleX, original.width()),
                clip((box.y1() - top) * scaleY, original.height()),
                clip((box.x2() - left) * scaleX, original.width()),
                clip((box.y2() - top) * scaleY, original.height()));
    }

    private static double clip(double value, int most) {
        return Math.max(0, Math.min(most, value));
    }
}
