package io.edgeai.formats.tflite;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import io.edgeai.formats.tflite.file.TfliteModel;
import io.edgeai.formats.tflite.file.TfliteReader;
import io.edgeai.formats.tflite.file.TfliteTensor;
import io.edgeai.formats.tflite.ops.TfliteGraphWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * TFLite to ONNX (operator set 21). Inputs and outputs keep their names, their order, and TFLite's layout with channels
 * last; quantized ones keep their integers. Inside, convolutions run channels first. Labels and signatures travel as
 * metadata of the graph. Stateless and thread-safe.
 */
public final class TfliteImporter implements ModelImporter {
    private static final int LONGEST_LABELS = 1 << 16;

    @Override
    public ModelFormat format() {
        return ModelFormat.TFLITE;
    }

    @Override
    public ImportedModel read(Path source) {
        return convert(TfliteReader.read(source));
    }

    /** Converts a model that was read. */
    static ImportedModel convert(TfliteModel model) {
        TfliteGraphWriter writer = new TfliteGraphWriter(model);
        OnnxGraph graph = writer.write();
        List<String> notes = new ArrayList<>();
        writer.account().counts().forEach((op, count) -> notes.add(op + " x " + count));
        if (model.subgraphs().stream().flatMap(g -> g.tensors().stream()).anyMatch(TfliteTensor::variable)) {
            notes.add("states start at zero in every call");
        }
        for (TfliteModel.Signature signature : model.signatures()) {
            String text = "inputs " + names(model, signature.subgraph(), signature.inputs()) + " outputs "
                    + names(model, signature.subgraph(), signature.outputs());
            graph.info().metadata().put("tflite.signature." + signature.key(), text);
            notes.add("signature " + signature.key() + ": " + text
                    + (signature.subgraph() == 0 ? "" : " (a further subgraph, not converted)"));
        }
        model.files().forEach((name, text) -> {
            if (text.length() <= LONGEST_LABELS) {
                graph.info().metadata().put("tflite.file." + name, text);
            }
            notes.add("file " + name + ": " + text.lines().count() + " lines");
        });
        ClassifierMetadata.of(model).forEach(graph.info().metadata()::putIfAbsent);
        String producer = model.description().isEmpty() ? "TFLite" : model.description();
        return new ImportedModel(
                graph, ModelFormat.TFLITE, producer, notes, writer.account().report());
    }

    private static String names(TfliteModel model, int subgraph, java.util.Map<String, Integer> aliases) {
        List<String> pairs = new ArrayList<>();
        aliases.forEach((alias, tensor) -> pairs.add(alias + "="
                + model.subgraphs().get(subgraph).tensors().get(tensor).name()));
        return pairs.toString();
    }
}
