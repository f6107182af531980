package io.edgeai.core.onnx.shape;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.edgeai.core.onnx.ModelInputs;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.TestData;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** On real models every inferred shape is the one ONNX Runtime computes, and hardly any stays unknown. */
class RealModelShapesIT {
    @TestFactory
    Stream<DynamicTest> inferredShapesAreThoseComputed() {
        return TestData.models().stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> compare(file)));
    }

    private static void compare(Path file) throws OrtException {
        OnnxGraph graph = OnnxReader.read(file);
        graph.valueInfo().clear();
        ShapeOracle.Coverage coverage =
                ShapeOracle.compare(graph, ModelInputs.shapes(graph), String.valueOf(file.getFileName()));
        assertThat(coverage.share()).as("not inferred: %s", coverage.open()).isGreaterThanOrEqualTo(0.98);
    }
}
