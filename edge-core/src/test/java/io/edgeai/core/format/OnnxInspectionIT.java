package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** What the walk over an ONNX file tells is what the graph tells that the reader builds of the same file. */
class OnnxInspectionIT {
    private static final long LARGEST = 64 << 20;

    /** Counted from a graph. */
    private static final class Counted {
        private final Map<String, Integer> operators = new TreeMap<>();
        private long parameters;
        private long bytes;

        Counted(OnnxGraph graph) {
            add(graph);
        }

        private void add(OnnxGraph graph) {
            graph.initializers().values().forEach(this::add);
            for (OnnxNode node : graph.nodes()) {
                boolean standard = node.domain().isEmpty() || node.domain().equals("ai.onnx");
                operators.merge(standard ? node.op() : node.domain() + "." + node.op(), 1, Integer::sum);
                OnnxTensor value = node.op().equals("Constant") ? node.tensorAttribute("value") : null;
                if (value != null) {
                    add(value);
                }
                node.subgraphs().forEach(this::add);
            }
        }

        private void add(OnnxTensor tensor) {
            parameters += tensor.elements();
            bytes += tensor.sizeBytes();
        }
    }

    @Test
    void walkAndGraphAgree(TestReporter reporter) throws IOException {
        Path data = Path.of(System.getProperty("edgeai.testdata", "../shared/data"));
        Assumptions.assumeTrue(Files.isDirectory(data), "skipped: no folder " + data);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(data)) {
            files = walk.filter(file -> file.toString().endsWith(".onnx") && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
        int compared = 0;
        int refused = 0;
        for (Path file : files) {
            if (Files.size(file) > LARGEST) {
                continue;
            }
            OnnxGraph graph;
            try {
                graph = OnnxReader.read(file);
            } catch (ModelFormatException damaged) {
                refused++;
                continue;
            }
            Counted counted = new Counted(graph);
            ModelInspection found = ModelInspector.inspect(file);
            String what = data.relativize(file).toString();
            assertThat(found.operators()).as(what).isEqualTo(counted.operators);
            assertThat(found.parameters()).as(what).isEqualTo(counted.parameters);
            assertThat(found.weightBytes()).as(what).isEqualTo(counted.bytes);
            assertThat(found.signature()).as(what).isEqualTo(ModelInspector.signature(graph));
            assertThat(found.opsets()).as(what).isEqualTo(graph.info().opsets());
            assertThat(found.formatVersion())
                    .as(what)
                    .isEqualTo("IR " + graph.info().irVersion());
            assertThat(found.metadata().keySet())
                    .as(what)
                    .containsAll(graph.info().metadata().keySet().stream()
                            .filter(key -> !graph.info().metadata().get(key).isEmpty())
                            .toList());
            compared++;
        }
        reporter.publishEntry("compared", compared + ", and " + refused + " that the reader refuses");
        assertThat(compared).isPositive();
    }
}
