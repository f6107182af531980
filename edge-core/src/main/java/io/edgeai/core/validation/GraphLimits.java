package io.edgeai.core.validation;

import io.edgeai.core.error.InvalidInputException;

/**
 * How large a graph an engine is trusted with. Engines walk a graph by recursion and look for patterns in it again and again:
 * where a chain is long enough, they take minutes or end their process. Networks that people train have a few thousand nodes
 * one after the other at most, large language models included. Immutable.
 *
 * @param nodes most nodes of all graphs and of functions wherever they are called; 50,000 by default
 * @param chain most nodes of which each waits for the one before; 10,000 by default. Known of ONNX; in other formats only
 *     {@code nodes} bounds it
 */
public record GraphLimits(int nodes, int chain) {
    private static final GraphLimits DEFAULTS = new GraphLimits(50_000, 10_000);

    public GraphLimits {
        if (nodes < 1 || chain < 1) {
            throw new InvalidInputException("Limits of a graph are too small: nodes (" + nodes + "), chain (" + chain
                    + "). Maybe leave them at (" + 50_000 + ") and (" + 10_000 + ").");
        }
    }

    public static GraphLimits defaults() {
        return DEFAULTS;
    }

    public GraphLimits nodes(int most) {
        return new GraphLimits(most, chain);
    }

    public GraphLimits chain(int longest) {
        return new GraphLimits(nodes, longest);
    }
}
