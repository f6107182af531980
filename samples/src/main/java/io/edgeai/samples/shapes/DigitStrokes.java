package io.edgeai.samples.shapes;

import java.util.List;

/** The strokes of the ten digits in a square from -1 to 1, y downwards: points x, y, x, y, … */
final class DigitStrokes {
    private static final int ARC_POINTS = 20;

    private static final List<List<double[]>> DIGITS = List.of(
            List.of(arc(0, 0, 0.9, 1, -90, 270)),
            List.of(line(-0.5, -0.55, 0.1, -1, 0.1, 1)),
            List.of(join(arc(0, -0.45, 0.8, 0.55, -170, 35), line(0.62, -0.1, -0.85, 1, 0.9, 1))),
            List.of(join(arc(-0.05, -0.5, 0.75, 0.5, -155, 90), arc(-0.05, 0.5, 0.9, 0.5, -90, 155))),
            List.of(line(0.35, 1, 0.35, -1, -0.9, 0.4, 0.95, 0.4)),
            List.of(join(line(0.8, -1, -0.6, -1, -0.7, -0.1), arc(-0.05, 0.35, 0.85, 0.65, -135, 150))),
            List.of(join(arc(0.25, 0.1, 1.05, 1.1, -65, -180), arc(0, 0.45, 0.8, 0.55, -180, 180))),
            List.of(line(-0.9, -1, 0.9, -1, -0.2, 1)),
            List.of(arc(0, -0.5, 0.7, 0.5, -90, 270), arc(0, 0.5, 0.85, 0.5, -90, 270)),
            List.of(join(arc(0, -0.45, 0.8, 0.55, 0, 360), arc(-0.25, -0.1, 1.05, 1.1, 0, 115))));

    private DigitStrokes() {}

    static List<double[]> of(int digit) {
        return DIGITS.get(digit);
    }

    private static double[] line(double... points) {
        return points;
    }

    private static double[] arc(double x, double y, double rx, double ry, double fromDegrees, double toDegrees) {
        double[] points = new double[2 * ARC_POINTS];
        for (int i = 0; i < ARC_POINTS; i++) {
            double angle = Math.toRadians(fromDegrees + (toDegrees - fromDegrees) * i / (ARC_POINTS - 1));
            points[2 * i] = x + rx * Math.cos(angle);
            points[2 * i + 1] = y + ry * Math.sin(angle);
        }
        return points;
    }

    private static double[] join(double[] a, double[] b) {
        double[] points = java.util.Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, points, a.length, b.length);
        return points;
    }
}
