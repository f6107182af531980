package io.edgeai.placement.solver;

/** Replicas without a rule about each other or about others: all take the cheapest option. */
final class FreeChoice implements Relaxation {
    private final PricedOptions options;
    private final double[] part;

    FreeChoice(PricedOptions options) {
        this.options = options;
        this.part = new double[options.size()];
    }

    @Override
    public double choose(double[] price, double heat, double[] load) {
        int count = options.reduce(price, PricedOptions.NEGLIGIBLE * heat);
        double least = Double.POSITIVE_INFINITY;
        for (int o = 0; o < count; o++) {
            least = Math.min(least, options.reduced[o]);
        }
        double sum = 0;
        for (int o = 0; o < count; o++) {
            double above = (options.reduced[o] - least) / heat;
            part[o] = above > PricedOptions.NEGLIGIBLE ? 0 : Math.exp(-above);
            sum += part[o];
        }
        for (int o = 0; o < count; o++) {
            if (part[o] > 0) {
                options.load(load, o, options.replicas * part[o] / sum);
            }
        }
        return options.replicas * least;
    }
}
