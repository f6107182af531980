package io.edgeai.optimize.correct;

/** First and second moments of one layer's input, by group. Not to be changed once made. */
final class LayerMoments {
    private final int rows;
    private final double[][] means;
    private final double[][] products;

    LayerMoments(int rows, double[][] means, double[][] products) {
        this.rows = rows;
        this.means = means;
        this.products = products;
    }

    int rows() {
        return rows;
    }

    boolean hasProducts() {
        return products.length > 0;
    }

    double[] mean(int group) {
        return means[group];
    }

    /** E[x·xᵀ], row-major. */
    double[] products(int group) {
        return products[group];
    }

    /** Cov[x], row-major: the second moment where the mean error is taken back by the bias. */
    double[] covariance(int group) {
        double[] mean = means[group];
        double[] covariance = products[group].clone();
        for (int i = 0; i < mean.length; i++) {
            for (int j = 0; j < mean.length; j++) {
                covariance[i * mean.length + j] -= mean[i] * mean[j];
            }
        }
        return covariance;
    }
}
