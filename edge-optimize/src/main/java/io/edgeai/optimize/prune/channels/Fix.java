package io.edgeai.optimize.prune.channels;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;

/** Corrects what a node says in numbers about axes that became shorter. */
@FunctionalInterface
interface Fix {
    void apply(OnnxNode node, Place place);

    /** Where corrections are written. */
    record Place(OnnxGraph graph, Survivors survivors, FreshNames names) {
        /** Gives a node whole numbers of its own: as input where it has one there, else as attribute. */
        void put(OnnxNode node, int input, String attribute, long[] values) {
            if (input < 0) {
                node.attribute(attribute, values);
                return;
            }
            String name = names.of(node.output(0) + "_" + attribute);
            graph.initializers().put(name, OnnxTensor.ofLongs(values, values.length));
            while (node.inputs().size() <= input) {
                node.inputs().add("");
            }
            node.inputs().set(input, name);
        }
    }
}
