package io.edgeai.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;

/**
 * Time of a training step (feed, forward, loss, backward, momentum) against DJL on PyTorch: rounds in one process, each
 * side some steps a round, CPU time of the one thread that both use. Prints a table with the median over rounds and the
 * median of the rounds' ratios. Arguments: {@code [rounds, default 15]}.
 */
public final class TrainingComparison {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private TrainingComparison() {}

    /**
     * What one comparison gave, in microseconds of CPU a step.
     *
     * @param ratio median over rounds of ours ÷ theirs
     * @param low smallest round's ratio
     * @param high largest round's ratio
     */
    record Row(TrainingNet net, int batch, double ours, double theirs, double ratio, double low, double high) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %s, batch %d | %.0f µs | %.0f µs | **%.2f** | %.2f–%.2f |",
                    net,
                    batch,
                    ours,
                    theirs,
                    ratio,
                    low,
                    high);
        }
    }

    public static void main(String[] arguments) {
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OPT_OUT_TRACKING", "true");
        if (!DjlTraining.available()) {
            System.err.println("DJL finds no PyTorch. Maybe run with the profile engines.");
            return;
        }
        int rounds = arguments.length == 0 || arguments[0].isBlank() ? 15 : Integer.parseInt(arguments[0]);
        System.out.println("| net | EdgeAI | DJL PyTorch | ratio | lowest–highest round |\n|---|---|---|---|---|");
        System.out.println(compare(TrainingNet.MLP_2NN, 10, 100, rounds));
        System.out.println(compare(TrainingNet.MLP_2NN, 64, 50, rounds));
        System.out.println(compare(TrainingNet.SMALL_CNN, 32, 8, rounds));
        System.out.println(compare(TrainingNet.RESNET_20, 32, 2, rounds));
    }

    static Row compare(TrainingNet net, int batch, int steps, int rounds) {
        float[] x = net.examples(7, batch);
        long[] labels = new long[batch];
        Arrays.setAll(labels, i -> i * 7 % 10);
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        double[] ratios = new double[rounds];
        try (EdgeTraining edge = new EdgeTraining(net, batch, 1e-3f, 0.9f);
                DjlTraining djl = new DjlTraining(net, batch, 1e-3f, 0.9f)) {
            for (int i = 0; i < Math.max(5, steps); i++) {
                edge.step(x, labels);
                djl.step(x, labels);
            }
            for (int round = 0; round < rounds; round++) {
                ours[round] = micros(() -> edge.step(x, labels), steps);
                theirs[round] = micros(() -> djl.step(x, labels), steps);
                ratios[round] = ours[round] / theirs[round];
            }
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        Arrays.sort(ratios);
        int middle = rounds / 2;
        return new Row(net, batch, ours[middle], theirs[middle], ratios[middle], ratios[0], ratios[rounds - 1]);
    }

    private interface Step {
        float take();
    }

    private static double micros(Step step, int count) {
        long before = THREADS.getCurrentThreadCpuTime();
        float sum = 0;
        for (int i = 0; i < count; i++) {
            sum += step.take();
        }
        if (Float.isNaN(sum)) {
            throw new IllegalStateException("The loss is not a number.");
        }
        return (THREADS.getCurrentThreadCpuTime() - before) / (1e3 * count);
    }
}
