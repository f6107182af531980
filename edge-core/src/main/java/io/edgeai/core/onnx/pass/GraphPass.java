package io.edgeai.core.onnx.pass;

import io.edgeai.core.onnx.OnnxGraph;

/** A rewrite of a graph in place that keeps its answers up to rounding. Stateless. */
@FunctionalInterface
public interface GraphPass {
    /** Rewrites the graph and returns how many places changed. */
    int apply(OnnxGraph graph);
}
