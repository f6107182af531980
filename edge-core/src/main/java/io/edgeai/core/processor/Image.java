package io.edgeai.core.processor;

import io.edgeai.core.error.InvalidInputException;

/** An image of red, green and blue bytes, row by row from the top left. Immutable. */
public final class Image {
    /** Bytes of one pixel. */
    static final int CHANNELS = 3;

    private final int width;
    private final int height;
    private final byte[] rgb;

    private Image(int width, int height, byte[] rgb) {
        this.width = width;
        this.height = height;
        this.rgb = rgb;
    }

    /**
     * An image of given pixels. Copies.
     *
     * @param rgb three bytes a pixel, row by row
     */
    public static Image ofRgb(int width, int height, byte[] rgb) {
        return wrapping(width, height, rgb.clone());
    }

    /** Shares the bytes, which nobody may change any more. */
    static Image wrapping(int width, int height, byte[] rgb) {
        if (width < 1 || height < 1 || rgb.length != (long) CHANNELS * width * height) {
            throw new InvalidInputException("An image of (" + width + "×" + height + ") pixels needs "
                    + (long) CHANNELS * width * height + " bytes, not (" + rgb.length + ").");
        }
        return new Image(width, height, rgb);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** A copy of the bytes: red, green, blue, row by row. */
    public byte[] rgb() {
        return rgb.clone();
    }

    /** A byte as 0 to 255; channel 0 is red. */
    public int at(int x, int y, int channel) {
        return rgb[(y * width + x) * CHANNELS + channel] & 0xff;
    }

    byte[] shared() {
        return rgb;
    }

    @Override
    public String toString() {
        return "Image(" + width + "×" + height + ")";
    }
}
