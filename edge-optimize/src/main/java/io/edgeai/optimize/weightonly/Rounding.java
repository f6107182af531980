package io.edgeai.optimize.weightonly;

/** Levels without data: the nearest ones, or those after a half-quadratic search for scale and zero point. */
final class Rounding {
    private static final int STEPS = 20;
    private static final double FIRST_WEIGHT = 10;
    private static final double GROWTH = 1.05;

    private Rounding() {}

    /** Quantizes rows of weights. */
    static BlockMatrix quantize(float[] weights, int rows, int columns, BlockSettings settings) {
        BlockMatrix matrix = new BlockMatrix(rows, columns, settings);
        for (int row = 0; row < rows; row++) {
            for (int block = 0; block < matrix.blocks; block++) {
                int from = row * columns + block * matrix.blockSize;
                int length = matrix.length(block);
                matrix.range(row, block, weights, from, length);
                if (settings.method() == BlockMethod.HALF_QUADRATIC) {
                    search(matrix, row, block, weights, from, length);
                }
                for (int i = 0; i < length; i++) {
                    matrix.round(row, block * matrix.blockSize + i, weights[from + i]);
                }
            }
        }
        return matrix;
    }

    /**
     * Minimizes the sum of √|error| in turns: a shrinkage takes the large errors out, then scale or zero point fit the
     * rest in least squares. The best of all steps is kept, the first being plain rounding.
     */
    private static void search(BlockMatrix matrix, int row, int block, float[] weights, int from, int length) {
        float scale = matrix.scales[row * matrix.blocks + block];
        int zero = matrix.zeros[row * matrix.blocks + block] & 0xFF;
        float largest = 0;
        for (int i = from; i < from + length; i++) {
            largest = Math.max(largest, Math.abs(weights[i]));
        }
        if (largest < Float.MIN_NORMAL) {
            return;
        }
        float bestScale = scale;
        int bestZero = zero;
        double best = error(matrix, weights, from, length, scale, zero);
        double weight = FIRST_WEIGHT;
        double exactZero = zero;
        for (int step = 0; step < STEPS; step++) {
            double levelSum = 0;
            double targetSum = 0;
            double levelTarget = 0;
            double levelLevel = 0;
            for (int i = from; i < from + length; i++) {
                int level = matrix.nearest(weights[i], scale, zero);
                double centred = level - zero;
                double kept = weights[i] - shrunk((weights[i] - scale * centred) / largest, weight) * largest;
                levelSum += level;
                targetSum += kept;
                levelTarget += centred * kept;
                levelLevel += centred * centred;
            }
            if (matrix.asymmetric && step % 2 == 0) {
                exactZero = (levelSum - targetSum / scale) / length;
                zero = (int) Math.max(0, Math.min(matrix.top(), Math.rint(exactZero)));
            } else if (levelLevel > 0) {
                float fitted = (float) (levelTarget / levelLevel);
                scale = Math.abs(fitted) >= Float.MIN_NORMAL ? fitted : scale;
            }
            double error = error(matrix, weights, from, length, scale, zero);
            if (error < best) {
                best = error;
                bestScale = scale;
                bestZero = zero;
            }
            weight *= GROWTH;
        }
        matrix.set(row, block, bestScale, bestZero);
    }

    /** The generalized soft threshold for the norm 1/2. */
    private static double shrunk(double value, double weight) {
        double magnitude = Math.abs(value);
        if (magnitude < 1e-8) {
            return 0;
        }
        double less = magnitude - 1 / (weight * Math.sqrt(magnitude));
        return less <= 0 ? 0 : Math.signum(value) * less;
    }

    static double error(BlockMatrix matrix, float[] weights, int from, int length, float scale, int zero) {
        double sum = 0;
        for (int i = from; i < from + length; i++) {
            double error = weights[i] - (double) scale * (matrix.nearest(weights[i], scale, zero) - zero);
            sum += Math.sqrt(Math.abs(error));
        }
        return sum;
    }
}
