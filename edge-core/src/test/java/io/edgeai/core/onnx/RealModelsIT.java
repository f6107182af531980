package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Real models keep every bit of their answers through reading and writing. */
class RealModelsIT {
    @TestFactory
    Stream<DynamicTest> rewrittenModelsAnswerBitEqually() {
        return TestData.models().stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> roundTrip(file)));
    }

    private static void roundTrip(Path file) throws IOException, OrtException {
        byte[] original = Files.readAllBytes(file);
        OnnxGraph graph = OnnxReader.read(file);
        byte[] rewritten = OnnxWriter.toBytes(graph);
        OnnxGraphEquality.assertSame(graph, OnnxReader.read(rewritten));
        assertThat(OnnxWriter.toBytes(OnnxReader.read(rewritten)))
                .as("writing again changes nothing")
                .isEqualTo(rewritten);
        Map<String, long[]> shapes = ModelInputs.shapes(graph);
        Map<String, RawRuntime.Answer> before = RawRuntime.run(original, 7, shapes);
        Map<String, RawRuntime.Answer> after = RawRuntime.run(rewritten, 7, shapes);
        assertThat(after.keySet()).isEqualTo(before.keySet()).isNotEmpty();
        before.forEach((name, answer) -> {
            RawRuntime.Answer other = after.get(name);
            assertThat(other).isNotNull();
            assertThat(other.shape()).as(name).isEqualTo(answer.shape());
            assertThat(other.content()).as(name).isEqualTo(answer.content());
        });
    }
}
