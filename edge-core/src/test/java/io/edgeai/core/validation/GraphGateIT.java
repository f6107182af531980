package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.format.GraphSize;
import io.edgeai.core.format.ModelInspection;
import io.edgeai.core.format.ModelInspector;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Every real model in the folder of the system property {@code edgeai.testdata} is far below the default limits. */
class GraphGateIT {
    @Test
    void realModelsAreFarBelowTheLimits(TestReporter reporter) throws IOException {
        Path data = Path.of(System.getProperty("edgeai.testdata", "../shared/data"));
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: no folder " + data);
        TreeMap<Long, String> largest = new TreeMap<>();
        int onnx = 0;
        int others = 0;
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                ModelInspection inspection = inspect(file);
                if (inspection == null) {
                    continue;
                }
                GraphSize size = GraphSize.of(file, GraphLimits.defaults().nodes());
                assertThat(size.nodes())
                        .as("%s", file)
                        .isLessThan(GraphLimits.defaults().nodes() / 4);
                assertThat(size.longestChain())
                        .as("%s", file)
                        .isLessThan(GraphLimits.defaults().chain() / 4);
                largest.put(Math.max(size.nodes(), size.longestChain()), file.getFileName() + " " + size);
                if (inspection.format() == ModelFormat.ONNX) {
                    onnx++;
                    assertThat(size.nodes())
                            .as("%s", file)
                            .isEqualTo(inspection.operators().values().stream()
                                    .mapToInt(Integer::intValue)
                                    .sum());
                    assertThat(size.longestChain()).as("%s", file).isBetween(1L, size.nodes());
                } else {
                    others++;
                }
            }
        }
        reporter.publishEntry(onnx + " ONNX and " + others + " other models, the largest "
                + largest.lastEntry().getValue());
        assertThat(onnx).isPositive();
        assertThat(others).isPositive();
    }

    private static @Nullable ModelInspection inspect(Path file) {
        try {
            return ModelInspector.inspect(file);
        } catch (ModelFormatException e) {
            return null; // data, not a model
        }
    }
}
