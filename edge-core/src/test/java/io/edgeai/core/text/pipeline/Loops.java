package io.edgeai.core.text.pipeline;

import java.util.Random;

/** Plain arithmetic for the tests of pipelines. */
final class Loops {
    private static final String[] WORDS = {
        "the", "pump", "of", "hall", "seven", "leaks", "oil", "since", "monday", "and", "Anna", "Keller", "repairs",
        "it"
    };

    private Loops() {}

    /** exp(x_i) / sum of exp(x_j). */
    static double[] softmax(double... x) {
        double sum = 0;
        for (double each : x) {
            sum += Math.exp(each);
        }
        double[] shares = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            shares[i] = Math.exp(x[i]) / sum;
        }
        return shares;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** Sum of the table's rows over ids, each times its weight. */
    static double[] sum(float[][] table, long[] ids, int[] weights) {
        double[] sum = new double[table[0].length];
        for (int t = 0; t < ids.length; t++) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weights[t] * table[(int) ids[t]][i];
            }
        }
        return sum;
    }

    static String text(Random random, int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
        }
        return text.toString();
    }
}
