package io.edgeai.federated.strategy;

/** Streaming weighted mean. */
record WeightedMean() implements Aggregator {
    @Override
    public String name() {
        return "weighted-mean";
    }

    @Override
    public Accumulator start(int parameters) {
        return new Sum(parameters);
    }

    private static final class Sum implements Accumulator {
        private final double[] sum;
        private double weights;

        Sum(int parameters) {
            sum = new double[parameters];
        }

        @Override
        public void add(float[] parameters, double weight) {
            addScaled(sum, parameters, weight);
            weights += weight;
        }

        private static void addScaled(double[] sum, float[] parameters, double weight) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * parameters[i];
            }
        }

        @Override
        public double[] result() {
            double total = weights;
            for (int i = 0; i < sum.length; i++) {
                sum[i] /= total;
            }
            return sum;
        }
    }
}
