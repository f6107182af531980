package io.edgeai.federated.strategy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two rules. Where the losses of one round's participants differ far more than the number of their samples explains, they hold
 * different things, and the strength is 1 at once: what is learned without it in the first rounds costs the later ones too.
 * Otherwise the paired-loss rule: each participant's loss against its own last report, weighted by samples.
 */
record PairedLossMu() implements ClientAlgorithm {
    private static final int RISE = 2;
    private static final int FALLS_NEEDED = 5;
    private static final int MOST_TENTHS = 10;

    /** Of fewer losses chance alone may make as much. */
    private static final int LOSSES_NEEDED = 5;

    /** Of a sample's loss, in nats or in mean losses where those are longer: on IID data about 1 at most. */
    private static final double VARIANCE = 4;

    @Override
    public String name() {
        return "fedprox(adaptive)";
    }

    @Override
    public boolean keepsPartialWork() {
        return true;
    }

    @Override
    public boolean needsInitialLoss() {
        return true;
    }

    @Override
    public Course start() {
        return new Paired();
    }

    private static final class Paired implements Course {
        private final Map<Integer, Double> last = new HashMap<>();
        private int tenths;
        private int falls;

        @Override
        public double[][] state() {
            double[] participants = new double[last.size()];
            double[] losses = new double[last.size()];
            int at = 0;
            for (Map.Entry<Integer, Double> entry : last.entrySet()) {
                participants[at] = entry.getKey();
                losses[at++] = entry.getValue();
            }
            return new double[][] {{tenths, falls}, participants, losses};
        }

        @Override
        public void restore(double[][] state) {
            tenths = (int) state[0][0];
            falls = (int) state[0][1];
            for (int i = 0; i < state[1].length; i++) {
                last.put((int) state[1][i], state[2][i]);
            }
        }

        @Override
        public double mu() {
            return tenths / 10.0;
        }

        @Override
        public void observe(List<ReportedLoss> losses) {
            double change = 0;
            for (ReportedLoss report : losses) {
                Double before = last.put(report.participant(), report.loss());
                if (before != null) {
                    change += report.samples() * (report.loss() - before);
                }
            }
            if (losses.size() >= LOSSES_NEEDED && variance(losses) > VARIANCE) {
                tenths = MOST_TENTHS;
                falls = 0;
            } else if (change > 0) {
                tenths = Math.min(MOST_TENTHS, tenths + RISE);
                falls = 0;
            } else if (change < 0 && ++falls >= FALLS_NEEDED) {
                tenths = Math.max(0, tenths - 1);
                falls = 0;
            }
        }

        /**
         * The variance of a sample's loss that would make the means of these participants differ as they do, were all samples
         * of one distribution; in squared mean losses, or nats where a mean loss is less.
         */
        private static double variance(List<ReportedLoss> losses) {
            double samples = 0;
            double total = 0;
            for (ReportedLoss report : losses) {
                samples += report.samples();
                total += report.samples() * report.loss();
            }
            double mean = total / samples;
            double squares = 0;
            for (ReportedLoss report : losses) {
                squares += report.samples() * (report.loss() - mean) * (report.loss() - mean);
            }
            double unit = Math.max(1, mean);
            return squares / (losses.size() - 1) / (unit * unit);
        }
    }
}
