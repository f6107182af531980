package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.RawRuntime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** Small graphs by name; each is inferred and run by ONNX Runtime, and the two must agree. */
final class RuntimeCases {
    interface Build {
        void on(Graphs graph);
    }

    private final Map<String, Executable> cases = new LinkedHashMap<>();

    private void put(String name, Executable check) {
        assertThat(cases.put(name, check)).as("case (%s) is there twice", name).isNull();
    }

    /** All of it must be inferred: every type and every dimension. */
    RuntimeCases whole(String name, long opset, Build build) {
        put(name, () -> {
            Graphs graph = built(opset, build);
            assertThat(graph.compare(name).open()).as("%s: not inferred", name).isEmpty();
        });
        return this;
    }

    /** What is inferred must be right; {@code open} values may have unknown dimensions, since they depend on data. */
    RuntimeCases partly(String name, long opset, int open, Build build) {
        put(name, () -> {
            Graphs graph = built(opset, build);
            assertThat(graph.compare(name).open()).as(name).hasSize(open);
        });
        return this;
    }

    /** A graph that contradicts itself: the runtime refuses it, inference names the last node and says why. */
    RuntimeCases refused(String name, long opset, String why, Build build) {
        put(name, () -> {
            Graphs graph = built(opset, build);
            String node =
                    graph.graph.nodes().get(graph.graph.nodes().size() - 1).toString();
            assertThat(ShapeInference.infer(graph.graph).problems())
                    .as(name)
                    .singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.node()).isEqualTo(node);
                        assertThat(problem.message()).contains(why);
                    });
            byte[] model = OnnxWriter.toBytes(graph.graph);
            assertThatThrownBy(() -> RawRuntime.run(model, 1, graph.inputs))
                    .as("%s: the runtime takes it", name)
                    .isInstanceOf(OrtException.class);
        });
        return this;
    }

    private static Graphs built(long opset, Build build) {
        Graphs graph = new Graphs(opset);
        build.on(graph);
        return graph;
    }

    Stream<DynamicTest> tests() {
        return cases.entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey(), entry.getValue()));
    }
}
