package io.edgeai.core.processor;

/** How pixels between pixels are made up. When an image shrinks, all pixels that a new one covers count. */
public enum Resampling {
    /** The pixel under the new one's centre; nothing is made up. */
    NEAREST(0),
    /** A triangle over two pixels. */
    BILINEAR(1),
    /** Keys' cubic with a = −0.5 over four pixels. */
    BICUBIC(2);

    private static final double A = -0.5;

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    /** Half the width of the filter in pixels. */
    double support() {
        return support;
    }

    double weight(double distance) {
        double x = Math.abs(distance);
        if (this == BILINEAR) {
            return x < 1 ? 1 - x : 0;
        }
        if (x < 1) {
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        }
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
}
