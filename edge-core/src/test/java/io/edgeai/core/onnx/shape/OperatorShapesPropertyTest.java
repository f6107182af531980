package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each operator on random shapes and attributes: what is inferred is what ONNX Runtime computes, and complete. */
class OperatorShapesPropertyTest {
    private static final int SEEDS = 25;

    @TestFactory
    Stream<DynamicTest> inferredIsComputed() {
        return cases().entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getKey(), entry.getValue())));
    }

    private static void check(String name, OperatorCase build) {
        for (long seed = 0; seed < SEEDS; seed++) {
            Graphs graph = new Graphs(name.startsWith("opset 11") ? 11 : 17);
            build.build(graph, new SplittableRandom(seed));
            ShapeOracle.Coverage coverage = graph.compare(name + ", seed " + seed);
            assertThat(coverage.open())
                    .as("%s, seed %d: not inferred", name, seed)
                    .isEmpty();
        }
    }

    private static Map<String, OperatorCase> cases() {
        Map<String, OperatorCase> cases = new LinkedHashMap<>();
        LayerCases.addTo(cases);
        TensorCases.addTo(cases);
        return cases;
    }
}
