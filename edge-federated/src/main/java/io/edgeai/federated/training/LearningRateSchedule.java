package io.edgeai.federated.training;

/** How the learning rate goes over a training. */
public enum LearningRateSchedule {
    /** Stays as it is. */
    CONSTANT {
        @Override
        public double factor(double done) {
            return 1;
        }
    },
    /** Rises over the first 5 % of the steps, then falls along half a cosine to a hundredth (Loshchilov and Hutter 2017). */
    COSINE {
        @Override
        public double factor(double done) {
            if (done < WARM_UP) {
                return Math.max(FLOOR, done / WARM_UP);
            }
            double phase = (done - WARM_UP) / (1 - WARM_UP);
            return FLOOR + (1 - FLOOR) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, phase)));
        }
    };

    private static final double WARM_UP = 0.05;
    private static final double FLOOR = 0.01;

    /** Factor of the learning rate after a share of the training, 0 to 1. */
    public abstract double factor(double done);
}
