package io.edgeai.federated.privacy;

/** Scales each of some ranges of parameters to an equal part of one norm. */
class FixedBound implements Clipping.Bound {
    private final int[] ranges;
    private double norm;

    FixedBound(double norm, int[] ranges) {
        this.norm = norm;
        this.ranges = ranges.clone();
    }

    @Override
    public double norm() {
        return norm;
    }

    final void norm(double other) {
        norm = other;
    }

    @Override
    public boolean clip(float[] update) {
        double part = norm / Math.sqrt(ranges.length - 1);
        boolean within = true;
        for (int i = 0; i < ranges.length - 1; i++) {
            within &= clip(update, ranges[i], ranges[i + 1], part);
        }
        return within;
    }

    /** Rounds towards zero, so that the result is within the norm to the last bit. */
    private static boolean clip(float[] update, int from, int to, double bound) {
        double squares = 0;
        for (int i = from; i < to; i++) {
            squares += (double) update[i] * update[i];
        }
        double length = Math.sqrt(squares);
        if (length <= bound) {
            return true;
        }
        double factor = bound / length * (1 - 1e-7);
        for (int i = from; i < to; i++) {
            update[i] = (float) (update[i] * factor);
        }
        return false;
    }

    @Override
    public void observe(double within, double expected) {}
}
