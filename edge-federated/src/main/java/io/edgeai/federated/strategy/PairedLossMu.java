package io.edgeai.federated.strategy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The paired-loss rule: each participant's loss against its own last report, weighted by samples. */
record PairedLossMu() implements ClientAlgorithm {
    private static final int RISE = 2;
    private static final int FALLS_NEEDED = 5;

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
            if (change > 0) {
                tenths = Math.min(10, tenths + RISE);
                falls = 0;
            } else if (change < 0 && ++falls >= FALLS_NEEDED) {
                tenths = Math.max(0, tenths - 1);
                falls = 0;
            }
        }
    }
}
