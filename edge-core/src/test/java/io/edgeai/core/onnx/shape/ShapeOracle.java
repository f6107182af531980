package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.RawRuntime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares inference with what ONNX Runtime really computes, for every intermediate value. */
final class ShapeOracle {
    private ShapeOracle() {}

    /**
     * How far inference came.
     *
     * @param values values compared
     * @param complete those whose type and every dimension were inferred
     * @param open names of the others
     */
    record Coverage(int values, int complete, List<String> open) {
        double share() {
            return values == 0 ? 1 : (double) complete / values;
        }
    }

    /** Runs the graph with every value as an output and asserts that nothing inferred is wrong. */
    static Coverage compare(OnnxGraph graph, Map<String, long[]> inputs, String what) throws OrtException {
        InputShapes given = InputShapes.declared();
        for (Map.Entry<String, long[]> input : inputs.entrySet()) {
            given = given.input(input.getKey(), input.getValue());
        }
        if (graph.feeds().stream().anyMatch(input -> input.name().equals("sr"))) {
            given = given.value("sr", 16000);
        }
        return compare(graph, ShapeInference.infer(graph, given), inputs, what);
    }

    static Coverage compare(OnnxGraph graph, Shapes shapes, Map<String, long[]> inputs, String what)
            throws OrtException {
        assertThat(shapes.problems()).as("%s: problems", what).isEmpty();
        OnnxGraph open = graph.copy();
        Set<String> outputs = new HashSet<>();
        open.outputs().forEach(output -> outputs.add(output.name()));
        for (OnnxNode node : open.nodes()) {
            for (String name : node.outputs()) {
                if (!name.isEmpty() && small(shapes, name) && outputs.add(name)) {
                    open.outputs().add(new OnnxValue(name, null));
                }
            }
        }
        open.valueInfo().clear();
        int complete = 0;
        List<String> missing = new ArrayList<>();
        Map<String, RawRuntime.Answer> answers = RawRuntime.run(OnnxWriter.toBytes(open), 11, inputs);
        for (Map.Entry<String, RawRuntime.Answer> entry : answers.entrySet()) {
            String name = entry.getKey();
            RawRuntime.Answer answer = entry.getValue();
            if (answer.shape() == null) {
                complete += shapes.type(name).isPresent() ? 1 : 0;
                continue;
            }
            shapes.element(name).ifPresent(element -> assertThat(element.name())
                    .as("%s: type of %s", what, name)
                    .isEqualTo(answer.type()));
            shapes.dims(name).ifPresent(dims -> assertFits(dims, answer.shape(), what + ": shape of " + name));
            if (shapes.complete(name)) {
                complete++;
            } else {
                missing.add(name + " " + shapes.type(name));
            }
        }
        return new Coverage(answers.size(), complete, missing);
    }

    /** Values above a million elements (weights that a graph generates) are not fetched: it would take seconds. */
    private static boolean small(Shapes shapes, String name) {
        return !shapes.complete(name)
                || shapes.dims(name).orElseThrow().stream().mapToLong(Dim::size).reduce(1, (a, b) -> a * b)
                        <= 1_000_000;
    }

    private static void assertFits(List<Dim> inferred, long[] actual, String what) {
        assertThat(inferred)
                .as("%s: rank, actual %s", what, java.util.Arrays.toString(actual))
                .hasSize(actual.length);
        for (int i = 0; i < actual.length; i++) {
            if (inferred.get(i).known()) {
                assertThat(inferred.get(i).size())
                        .as("%s: dimension %d of %s, actual %s", what, i, inferred, java.util.Arrays.toString(actual))
                        .isEqualTo(actual[i]);
            }
        }
    }
}
