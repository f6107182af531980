package io.edgeai.formats.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.openvino.ops.IrGraphWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each operation that is mapped is run by a test of this package, which names it with its set. */
class EveryOperationTest {
    private static final List<String> BY_THE_FIXTURE = List.of("Const", "Parameter", "Result");
    /** Names that tests put together from a family's stem. */
    private static final List<String> BY_FAMILY = List.of(
            "ReduceMean",
            "ReduceProd",
            "ReduceMax",
            "ReduceMin",
            "ReduceSum",
            "LSTMCell",
            "GRUCell",
            "RNNCell",
            "LSTMSequence",
            "GRUSequence",
            "RNNSequence");

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyMappedOperationIsRun() throws IOException {
        Path tests = Path.of(
                System.getProperty("edgeai.root", ".."), "edge-formats/src/test/java/io/edgeai/formats/openvino");
        String all;
        try (Stream<Path> files = Files.list(tests)) {
            all = String.join("", files.map(EveryOperationTest::text).toList());
        }
        assertThat(IrGraphWriter.operations())
                .filteredOn(name -> !BY_THE_FIXTURE.contains(name) && !BY_FAMILY.contains(name))
                .allSatisfy(name -> assertThat(all).containsPattern("\"" + Pattern.quote(name) + "-(\\d|\")"));
    }
}
