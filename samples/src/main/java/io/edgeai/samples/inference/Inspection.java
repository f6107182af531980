package io.edgeai.samples.inference;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a model file is, found without running it.
 *
 * @param format its format's name
 * @param version versions the file states, e.g. of IR and operator sets; of the graph made from it for other formats
 * @param producer the tool that wrote it, empty where it does not say
 * @param sizeBytes bytes on disk
 * @param inputs name, type and shape of each
 * @param outputs name, type and shape of each
 * @param parameters elements of all constants
 * @param weightBytes bytes of all constants
 * @param flops floating-point operations for one sample, or null where some shape is not known
 * @param operators how often each operator occurs, nested graphs included
 * @param here what can be done with it on this machine
 * @param notes what conversion made of its parts; empty for ONNX
 */
public record Inspection(
        String format,
        String version,
        String producer,
        long sizeBytes,
        List<String> inputs,
        List<String> outputs,
        long parameters,
        long weightBytes,
        @org.jspecify.annotations.Nullable Long flops,
        Map<String, Integer> operators,
        List<String> here,
        List<String> notes) {
    public Inspection {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(operators));
        here = List.copyOf(here);
        notes = List.copyOf(notes);
    }

    /**
     * Reads a model.
     *
     * @throws io.edgeai.core.error.ModelFormatException where the file is no readable model
     * @throws io.edgeai.core.error.UnsupportedOperatorException where its format cannot be read in this version
     */
    public static Inspection of(ModelFile model, Engines engines) {
        ImportedModel imported = model.graph();
        OnnxGraph graph = imported.graph();
        Totals totals = new Totals();
        totals.add(graph);
        StringBuilder version = new StringBuilder("IR " + graph.info().irVersion());
        graph.info().opsets().forEach((domain, number) -> version.append(", opset ")
                .append(domain.isEmpty() ? "ai.onnx" : domain)
                .append(' ')
                .append(number));
        OptionalLong flops = FlopCount.of(graph);
        return new Inspection(
                model.format().displayName(),
                version.toString(),
                imported.producer(),
                size(model.path()),
                graph.feeds().stream().map(Inspection::describe).toList(),
                graph.outputs().stream().map(Inspection::describe).toList(),
                totals.parameters,
                totals.bytes,
                flops.isPresent() ? flops.getAsLong() : null,
                totals.operators,
                here(model, engines),
                imported.notes());
    }

    private static List<String> here(ModelFile model, Engines engines) {
        List<String> lines = new ArrayList<>();
        for (InferenceRuntime runtime : engines.all()) {
            if (runtime.formats().contains(model.format())
                    && runtime.availability().usable()) {
                lines.add("run with " + runtime.name());
            }
        }
        if (model.format() != ModelFormat.ONNX
                && ModelImporters.discover().formats().contains(model.format())) {
            lines.add("convert to ONNX");
            if (lines.size() == 1) {
                lines.add("run, converted to ONNX");
            }
        }
        return lines;
    }

    private static String describe(OnnxValue value) {
        if (value.type() instanceof OnnxType.OfTensor tensor) {
            StringBuilder shape = new StringBuilder();
            List<io.edgeai.core.model.Dim> dims = tensor.shape();
            if (dims != null) {
                dims.forEach(dim -> shape.append(shape.length() == 0 ? "" : ",").append(dim));
            }
            return value.name() + ": " + tensor.element() + "[" + (dims == null ? "…" : shape) + "]";
        }
        return value.name() + ": "
                + (value.type() == null
                        ? "unknown"
                        : value.type().getClass().getSimpleName().substring(2).toLowerCase(java.util.Locale.ROOT));
    }

    /** Bytes of a file, or of all files in a folder. */
    private static long size(Path path) {
        try (Stream<Path> files = Files.walk(path)) {
            long sum = 0;
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                sum += Files.size(file);
            }
            return sum;
        } catch (IOException e) {
            throw new EdgeException("Size of (" + path + ") cannot be read: " + e + ". Maybe check permissions.", e);
        }
    }

    private static final class Totals {
        private long parameters;
        private long bytes;
        private final Map<String, Integer> operators = new TreeMap<>();

        void add(OnnxGraph graph) {
            graph.initializers().values().forEach(this::add);
            for (OnnxNode node : graph.nodes()) {
                operators.merge(node.op(), 1, Integer::sum);
                OnnxTensor constant = node.op().equals("Constant") ? node.tensorAttribute("value") : null;
                if (constant != null) {
                    add(constant);
                }
                node.subgraphs().forEach(this::add);
            }
        }

        private void add(OnnxTensor tensor) {
            parameters += tensor.elements();
            bytes += tensor.sizeBytes();
        }
    }
}
