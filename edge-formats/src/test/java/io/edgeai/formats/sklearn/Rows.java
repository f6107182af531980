package io.edgeai.formats.sklearn;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Plain loops over rows of doubles: what the oracles of these tests are written with. */
final class Rows {
    private Rows() {}

    static double[][] random(Random random, int count, int width) {
        double[][] rows = new double[count][width];
        for (double[] row : rows) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return rows;
    }

    static double[] vector(Random random, int width) {
        return random(random, 1, width)[0];
    }

    static double[] flat(double[]... rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** One value for each row. */
    static double[] each(double[][] rows, ToDoubleFunction<double[]> value) {
        return Arrays.stream(rows).mapToDouble(value).toArray();
    }

    /** Several values for each row, one row after the other. */
    static double[] map(double[][] rows, Function<double[], double[]> values) {
        return Arrays.stream(rows).map(values).flatMapToDouble(Arrays::stream).toArray();
    }

    static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    static double squaredDistance(double[] a, double[] b) {
        return IntStream.range(0, a.length)
                .mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i]))
                .sum();
    }

    static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    static double sigmoid(double a) {
        return 1 / (1 + Math.exp(-a));
    }

    static double[] softmax(double... scores) {
        double[] shares = Arrays.stream(scores).map(Math::exp).toArray();
        return normalized(shares);
    }

    static double[] normalized(double... shares) {
        double sum = Arrays.stream(shares).sum();
        return Arrays.stream(shares).map(share -> share / sum).toArray();
    }

    /** The first of the largest. */
    static int argmax(double... scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }

    static double[][] transposed(double[][] rows) {
        double[][] columns = new double[rows[0].length][rows.length];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < columns.length; c++) {
                columns[c][r] = rows[r][c];
            }
        }
        return columns;
    }
}
