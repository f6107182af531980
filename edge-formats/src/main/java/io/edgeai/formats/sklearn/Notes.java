package io.edgeai.formats.sklearn;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;

/** The import report, which also travels in the graph's metadata. Stateless. */
final class Notes {
    static final String KEY = "import.";

    private Notes() {}

    static List<String> of(OnnxGraph graph) {
        return graph.metadata().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(KEY))
                .map(java.util.Map.Entry::getValue)
                .toList();
    }
}
