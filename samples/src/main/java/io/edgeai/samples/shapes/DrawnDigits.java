package io.edgeai.samples.shapes;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws the digits 0 to 9 from strokes. Each picture is turned, scaled, sheared, shifted, bent and drawn with its own
 * pen, contrast and noise, so that a linear model is right about four times in five, a small network more than 19 times in 20.
 * Picture {@code i} depends on the seed and {@code i} alone. Immutable and thread-safe.
 *
 * @param side width and height in pixels, 8 to 256
 * @param rotation largest turn either way in radians
 * @param stretch largest relative change of width and height, each by itself
 * @param shear largest horizontal shift of the top against the bottom, relative to the height
 * @param shift largest move either way, relative to the side
 * @param wobble standard deviation of each point of a stroke, relative to the digit's half height
 * @param noise standard deviation added to each pixel
 * @param contrast mean brightness of ink over ground, above 0 to 1
 * @param ground mean brightness of the ground, 0 to 1
 * @param blur standard deviation of a Gaussian blur in pixels, 0 for none
 */
public record DrawnDigits(
        int side,
        double rotation,
        double stretch,
        double shear,
        double shift,
        double wobble,
        double noise,
        double contrast,
        double ground,
        double blur) {
    public static final int CLASSES = 10;

    public DrawnDigits {
        if (side < 8 || side > 256) {
            throw new InvalidInputException("side (" + side + ") must be 8 to 256 pixels.");
        }
        if (!(contrast > 0 && contrast <= 1) || !(ground >= 0 && ground <= 1)) {
            throw new InvalidInputException(
                    "contrast (" + contrast + ") must be above 0 to 1 and ground (" + ground + ") 0 to 1.");
        }
        if (!(rotation >= 0
                && stretch >= 0
                && stretch < 1
                && shear >= 0
                && shift >= 0
                && wobble >= 0
                && noise >= 0
                && blur >= 0
                && blur <= 8)) {
            throw new InvalidInputException("Distortions must not be negative, stretch below 1, blur at most 8: "
                    + List.of(rotation, stretch, shear, shift, wobble, noise, blur) + ".");
        }
    }

    /** 20 × 20 pixels; turns to 0.28, stretch 0.2, shear 0.27, shift 0.11, wobble 0.06, noise 0.13. */
    public static DrawnDigits defaults() {
        return new DrawnDigits(20, 0.28, 0.2, 0.27, 0.11, 0.06, 0.13, 0.75, 0.1, 0);
    }

    /** The same task after something happened to the camera: a duller picture, a lit ground, out of focus. */
    public DrawnDigits drifted() {
        return new DrawnDigits(
                side,
                rotation,
                stretch,
                shear,
                shift,
                wobble,
                noise,
                contrast * 0.45,
                Math.min(1, ground + 0.3),
                blur + 0.9);
    }

    /** Draws {@code count} pictures, the classes in turn. */
    public LabelledImages draw(int count, long seed) {
        if (count < 0 || (long) count * side * side > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("count (" + count + ") must be 0 to " + Integer.MAX_VALUE / (side * side)
                    + " pictures of " + side + " pixels a side.");
        }
        float[] pixels = new float[count * side * side];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(mixed(seed * 0x9E3779B97F4A7C15L + i));
            labels[i] = i % CLASSES;
            float[] image = picture(labels[i], random);
            System.arraycopy(image, 0, pixels, i * image.length, image.length);
        }
        return new LabelledImages(side, CLASSES, pixels, labels);
    }

    /**
     * Spreads seeds over all 64 bits (Stafford's variant 13, as in SplitMix64): without it the random numbers of
     * neighbouring seeds would be the same ones, shifted.
     */
    private static long mixed(long seed) {
        long z = (seed ^ (seed >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private float[] picture(int digit, SplittableRandom random) {
        double turn = spread(random, rotation);
        double lean = spread(random, shear);
        double half = side * 0.31;
        double width = half * 0.62 * (1 + spread(random, stretch));
        double height = half * (1 + spread(random, stretch));
        double centreX = side / 2.0 + spread(random, shift) * side;
        double centreY = side / 2.0 + spread(random, shift) * side;
        double cos = Math.cos(turn);
        double sin = Math.sin(turn);
        List<double[]> strokes = new ArrayList<>();
        for (double[] stroke : DigitStrokes.of(digit)) {
            double[] placed = new double[stroke.length];
            double bendX = gaussian(random) * wobble;
            double bendY = gaussian(random) * wobble;
            double phase = random.nextDouble() * 2 * Math.PI;
            for (int p = 0; p < stroke.length; p += 2) {
                double along = 3.0 * p / stroke.length + phase;
                double x = (stroke[p] + bendX * Math.sin(along) + lean * stroke[p + 1]) * width;
                double y = (stroke[p + 1] + bendY * Math.cos(along)) * height;
                placed[p] = centreX + cos * x - sin * y;
                placed[p + 1] = centreY + sin * x + cos * y;
            }
            strokes.add(placed);
        }
        double pen = side * (0.045 + 0.035 * random.nextDouble());
        float[] coverage = new StrokeRaster(side).draw(strokes, pen);
        if (blur > 0) {
            coverage = StrokeRaster.blurred(coverage, side, blur);
        }
        double ink = contrast * (0.8 + 0.4 * random.nextDouble());
        double base = ground * (0.5 + random.nextDouble());
        for (int p = 0; p < coverage.length; p++) {
            double value = base + ink * coverage[p] + gaussian(random) * noise;
            coverage[p] = (float) Math.max(0, Math.min(1, value));
        }
        return coverage;
    }

    private static double spread(SplittableRandom random, double most) {
        return (2 * random.nextDouble() - 1) * most;
    }

    /** Standard normal by the polar method; the JDK's own may change between versions. */
    private static double gaussian(SplittableRandom random) {
        while (true) {
            double u = 2 * random.nextDouble() - 1;
            double v = 2 * random.nextDouble() - 1;
            double s = u * u + v * v;
            if (s > 0 && s < 1) {
                return u * StrictMath.sqrt(-2 * StrictMath.log(s) / s);
            }
        }
    }
}
