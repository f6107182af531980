package io.edgeai.formats.sklearn.graph;

import org.jspecify.annotations.Nullable;

/** What a conversion can ask of the import it is part of. Not thread-safe. */
public interface Context {
    Emitter out();

    /** Converts an inner estimator; one that cannot be is noted, and what it returns only keeps the survey going. */
    Fitted convert(Estimator inner, Features features);

    /** Notes something that cannot be converted, without giving up the survey. */
    void unsupported(Estimator estimator, String reason);

    /** Whether the graph will be refused anyway. */
    boolean failed();

    /** One line for the report on what an estimator became. */
    void note(Estimator estimator, @Nullable String how);
}
