package io.edgeai.core.onnx.pass;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.Set;

/** Hands out value names that a graph and its nested graphs do not use yet. Not thread-safe. */
public final class FreshNames {
    private final Set<String> used;

    public FreshNames(OnnxGraph graph) {
        this.used = graph.names();
    }

    /** {@code wish}, or {@code wish_2}, {@code wish_3}, … where it is taken. */
    public String of(String wish) {
        String name = wish;
        for (int i = 2; !used.add(name); i++) {
            name = wish + "_" + i;
        }
        return name;
    }
}
