package io.edgeai.samples.shapes;

import java.util.Arrays;
import java.util.List;

/** Draws round-ended strokes on a square of pixels, anti-aliased by the distance from each pixel's centre. */
final class StrokeRaster {
    private final int side;

    StrokeRaster(int side) {
        this.side = side;
    }

    /**
     * How much of each pixel is ink, 0 to 1, row-major.
     *
     * @param strokes points x, y, x, y, … in pixels
     * @param radius half the pen's width in pixels
     */
    float[] draw(List<double[]> strokes, double radius) {
        float[] nearest = new float[side * side];
        Arrays.fill(nearest, Float.MAX_VALUE);
        for (double[] stroke : strokes) {
            for (int p = 0; p + 3 < stroke.length; p += 2) {
                segment(nearest, stroke[p], stroke[p + 1], stroke[p + 2], stroke[p + 3], radius + 1);
            }
        }
        for (int i = 0; i < nearest.length; i++) {
            nearest[i] = (float) Math.max(0, Math.min(1, radius + 0.5 - nearest[i]));
        }
        return nearest;
    }

    private void segment(float[] nearest, double x1, double y1, double x2, double y2, double reach) {
        int left = Math.max(0, (int) Math.floor(Math.min(x1, x2) - reach));
        int right = Math.min(side - 1, (int) Math.ceil(Math.max(x1, x2) + reach));
        int top = Math.max(0, (int) Math.floor(Math.min(y1, y2) - reach));
        int bottom = Math.min(side - 1, (int) Math.ceil(Math.max(y1, y2) + reach));
        double dx = x2 - x1;
        double dy = y2 - y1;
        double length2 = dx * dx + dy * dy;
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double px = x + 0.5 - x1;
                double py = y + 0.5 - y1;
                double t = length2 == 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length2));
                double ex = px - t * dx;
                double ey = py - t * dy;
                float distance = (float) Math.sqrt(ex * ex + ey * ey);
                int i = y * side + x;
                nearest[i] = Math.min(nearest[i], distance);
            }
        }
    }

    /** Gaussian blur with edges repeated. */
    static float[] blurred(float[] image, int side, double sigma) {
        int radius = (int) Math.ceil(3 * sigma);
        double[] kernel = new double[2 * radius + 1];
        double sum = 0;
        for (int k = -radius; k <= radius; k++) {
            kernel[k + radius] = Math.exp(-k * k / (2 * sigma * sigma));
            sum += kernel[k + radius];
        }
        float[] once = new float[image.length];
        float[] twice = new float[image.length];
        for (int pass = 0; pass < 2; pass++) {
            float[] from = pass == 0 ? image : once;
            float[] to = pass == 0 ? once : twice;
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double value = 0;
                    for (int k = -radius; k <= radius; k++) {
                        int sx = pass == 0 ? Math.max(0, Math.min(side - 1, x + k)) : x;
                        int sy = pass == 0 ? y : Math.max(0, Math.min(side - 1, y + k));
                        value += kernel[k + radius] * from[sy * side + sx];
                    }
                    to[y * side + x] = (float) (value / sum);
                }
            }
        }
        return twice;
    }
}
