package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;

/**
 * Another size of an image, to the byte as Pillow's {@code Image.resize} does it: with anti-aliasing, rows first, rounding
 * between the two passes. Immutable.
 */
public final class Resize implements Processor<Image, Image> {
    /** Weights are whole numbers of 2^-22, as in Pillow. */
    private static final int BITS = 22;

    private final int width;
    private final int height;
    private final boolean shorterSide;
    private final Resampling resampling;

    private Resize(int width, int height, boolean shorterSide, Resampling resampling) {
        if (width < 1 || height < 1) {
            throw new InvalidInputException("Size (" + width + "×" + height + ") must be at least 1×1.");
        }
        this.width = width;
        this.height = height;
        this.shorterSide = shorterSide;
        this.resampling = resampling;
    }

    /** To exactly this size, whatever becomes of the proportions; bilinear. */
    public static Resize to(int width, int height) {
        return new Resize(width, height, false, Resampling.BILINEAR);
    }

    /** So that the shorter side has this length and proportions stay, the longer rounded down, as torchvision; bilinear. */
    public static Resize shorterSideTo(int length) {
        return new Resize(length, length, true, Resampling.BILINEAR);
    }

    /** The same with another filter. */
    public Resize with(Resampling filter) {
        return new Resize(width, height, shorterSide, filter);
    }

    @Override
    public Image apply(Image image) {
        int toWidth = width;
        int toHeight = height;
        if (shorterSide && image.width() <= image.height()) {
            toHeight = (int) ((long) width * image.height() / image.width());
        } else if (shorterSide) {
            toWidth = (int) ((long) height * image.width() / image.height());
        }
        if (resampling == Resampling.NEAREST) {
            return nearest(image, toWidth, toHeight);
        }
        Image wide = toWidth == image.width() ? image : pass(image, toWidth, true);
        return toHeight == image.height() ? wide : pass(wide, toHeight, false);
    }

    private static Image nearest(Image image, int width, int height) {
        byte[] from = image.shared();
        byte[] to = new byte[Math.multiplyExact(Image.CHANNELS * width, height)];
        double scaleX = (double) image.width() / width;
        double scaleY = (double) image.height() / height;
        for (int y = 0; y < height; y++) {
            int row = ((int) ((y + 0.5) * scaleY)) * image.width();
            for (int x = 0; x < width; x++) {
                int source = (row + ((int) ((x + 0.5) * scaleX))) * Image.CHANNELS;
                System.arraycopy(from, source, to, (y * width + x) * Image.CHANNELS, Image.CHANNELS);
            }
        }
        return Image.wrapping(width, height, to);
    }

    private Image pass(Image image, int size, boolean rows) {
        int before = rows ? image.width() : image.height();
        int width = rows ? size : image.width();
        int height = rows ? image.height() : size;
        byte[] from = image.shared();
        byte[] to = new byte[Math.multiplyExact(Image.CHANNELS * width, height)];
        int step = rows ? Image.CHANNELS : Image.CHANNELS * image.width();
        int across = rows ? Image.CHANNELS * image.width() : Image.CHANNELS;
        int toStep = rows ? Image.CHANNELS : Image.CHANNELS * width;
        int toAcross = rows ? Image.CHANNELS * width : Image.CHANNELS;
        int lines = rows ? height : width;
        for (int i = 0; i < size; i++) {
            Taps taps = Taps.of(resampling, i, before, size);
            for (int line = 0; line < lines; line++) {
                int source = taps.first * step + line * across;
                int target = i * toStep + line * toAcross;
                for (int channel = 0; channel < Image.CHANNELS; channel++) {
                    to[target + channel] = taps.sum(from, source + channel, step);
                }
            }
        }
        return Image.wrapping(width, height, to);
    }

    /** The pixels that one new pixel is made of. */
    private static final class Taps {
        private final int first;
        private final int[] weights;

        private Taps(int first, int[] weights) {
            this.first = first;
            this.weights = weights;
        }

        static Taps of(Resampling filter, int index, int before, int after) {
            double scale = (double) before / after;
            double stretch = Math.max(scale, 1);
            double reach = filter.support() * stretch;
            double centre = (index + 0.5) * scale;
            int first = Math.max(0, (int) (centre - reach + 0.5));
            int count = Math.min(before, (int) (centre + reach + 0.5)) - first;
            double[] exact = new double[count];
            double sum = 0;
            for (int i = 0; i < count; i++) {
                exact[i] = filter.weight((i + first - centre + 0.5) * (1 / stretch));
                sum += exact[i];
            }
            int[] weights = new int[count];
            for (int i = 0; i < count; i++) {
                double whole = (sum == 0 ? exact[i] : exact[i] / sum) * (1 << BITS);
                weights[i] = (int) (whole < 0 ? whole - 0.5 : whole + 0.5);
            }
            return new Taps(first, weights);
        }

        byte sum(byte[] from, int at, int step) {
            int sum = 1 << (BITS - 1);
            int position = at;
            for (int weight : weights) {
                sum += weight * (from[position] & 0xff);
                position += step;
            }
            return (byte) Math.max(0, Math.min(255, sum >> BITS));
        }
    }
}
