package io.edgeai.formats.sklearn.graph;

/** Writes one kind of estimator into the graph. Stateless and thread-safe. */
@FunctionalInterface
public interface Converter {
    /**
     * The estimator's answers for these features.
     *
     * @throws io.edgeai.core.error.UnsupportedOperatorException with the reason alone; the caller adds the place
     */
    Fitted convert(Estimator estimator, Features features, Context context);
}
