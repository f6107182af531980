package io.edgeai.core.processor;

import java.util.Random;

/** Images made by rule or by chance. */
public final class Images {
    private Images() {}

    /** Byte c of pixel (x, y) is 7x + 13y + 29c + (c + 1)xy, modulo 256. */
    public static Image pattern(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            int channel = i % 3;
            int x = i / 3 % width;
            int y = i / 3 / width;
            rgb[i] = (byte) (7 * x + 13 * y + 29 * channel + (channel + 1) * x * y);
        }
        return Image.ofRgb(width, height, rgb);
    }

    public static Image random(Random random, int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        random.nextBytes(rgb);
        return Image.ofRgb(width, height, rgb);
    }

    /** One colour everywhere. */
    public static Image plain(int width, int height, int red, int green, int blue) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return Image.ofRgb(width, height, rgb);
    }
}
