package io.edgeai.formats.tflite;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.SignatureImporter;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteReader;
import io.edgeai.formats.tflite.file.TfliteTensor;
import io.edgeai.formats.tflite.ops.TfliteGraphWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TFLite to ONNX (operator set 21). Inputs and outputs keep their names, their order, and TFLite's layout with channels
 * last; quantized ones keep their integers. Inside, convolutions run channels first. Labels and signatures travel as
 * metadata of the graph. Stateless and thread-safe.
 */
public final class TfliteImporter implements SignatureImporter {
    private static final int LONGEST_LABELS = 1 << 16;

    @Override
    public ModelFormat format() {
        return ModelFormat.TFLITE;
    }

    /** The graph that is served where the file says so, else its first signature's, else its first. */
    @Override
    public ImportedModel read(Path source) {
        return convert(TfliteReader.read(source));
    }

    @Override
    public Map<String, Signature> signatures(Path source) {
        TfliteModel model = TfliteReader.read(source);
        Map<String, Signature> named = new LinkedHashMap<>();
        for (TfliteModel.Signature each : model.signatures()) {
            List<TfliteTensor> tensors = model.subgraphs().get(each.subgraph()).tensors();
            named.put(each.key(), new Signature(specs(tensors, each.inputs()), specs(tensors, each.outputs())));
        }
        return named;
    }

    private static List<TensorSpec> specs(List<TfliteTensor> tensors, Map<String, Integer> aliases) {
        List<TensorSpec> specs = new ArrayList<>();
        aliases.forEach((alias, index) -> {
            TfliteTensor tensor = tensors.get(index);
            ElementType type = tensor.type().element();
            if (type != null) { // resources are no tensors
                List<Dim> dims = new ArrayList<>();
                for (long dim : tensor.dims()) {
                    dims.add(dim < 0 ? Dim.UNKNOWN : Dim.of(dim));
                }
                specs.add(new TensorSpec(alias, type, dims));
            }
        });
        return specs;
    }

    @Override
    public ImportedModel read(Path source, String signature) {
        TfliteModel model = TfliteReader.read(source);
        TfliteModel.Signature chosen = model.signature(signature);
        if (chosen == null) {
            List<String> keys =
                    model.signatures().stream().map(TfliteModel.Signature::key).toList();
            throw new InvalidInputException("Model (" + source + ") has no signature (" + signature + "). "
                    + (keys.isEmpty() ? "Maybe leave it out: the file names none." : "Maybe one of " + keys + "?"));
        }
        return convert(model, new TfliteGraphWriter(model, chosen), chosen.subgraph());
    }

    /** Converts a model that was read. */
    static ImportedModel convert(TfliteModel model) {
        return convert(model, new TfliteGraphWriter(model), model.served());
    }

    private static ImportedModel convert(TfliteModel model, TfliteGraphWriter writer, int main) {
        OnnxGraph graph = writer.write();
        List<String> notes = new ArrayList<>();
        writer.account().counts().forEach((op, count) -> notes.add(op + " x " + count));
        if (model.subgraphs().stream().flatMap(g -> g.tensors().stream()).anyMatch(TfliteTensor::variable)) {
            notes.add("states start at zero in every call");
        }
        if (writer.account().counts().containsKey("READ_VARIABLE")) {
            List<String> keepers = SharedVariables.keepers(model);
            notes.add("variables are read as they start"
                    + (keepers.isEmpty() ? "" : "; what the signatures " + keepers + " keep in them is not seen here"));
        }
        for (TfliteModel.Signature signature : model.signatures()) {
            String text = "inputs " + names(model, signature.subgraph(), signature.inputs()) + " outputs "
                    + names(model, signature.subgraph(), signature.outputs());
            graph.info().metadata().put("tflite.signature." + signature.key(), text);
            notes.add("signature " + signature.key() + ": " + text
                    + (signature.subgraph() == main ? "" : " (not converted; choose it by its name)"));
        }
        model.files().forEach((name, text) -> {
            if (text.length() <= LONGEST_LABELS) {
                graph.info().metadata().put("tflite.file." + name, text);
            }
            notes.add("file " + name + ": " + text.lines().count() + " lines");
        });
        ClassifierMetadata.of(model, model.subgraphs().get(main))
                .forEach(graph.info().metadata()::putIfAbsent);
        String producer = model.description().isEmpty() ? "TFLite" : model.description();
        return new ImportedModel(
                graph, ModelFormat.TFLITE, producer, notes, writer.account().report());
    }

    private static String names(TfliteModel model, int subgraph, Map<String, Integer> aliases) {
        List<String> pairs = new ArrayList<>();
        aliases.forEach((alias, tensor) -> pairs.add(alias + "="
                + model.subgraphs().get(subgraph).tensors().get(tensor).name()));
        return pairs.toString();
    }
}
