package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.spi.ImportedModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the modules that sentence-transformers names behind a graph that the folder holds already: such graphs end with the
 * vectors of tokens, and their mean, which would be taken else, is not what a model that was trained with another pooling
 * means. Stateless.
 */
final class ReadyPooling {
    private static final String EMBEDDING = "sentence_embedding";
    private static final String MASK = "attention_mask";
    private static final List<String> HIDDEN = List.of("last_hidden_state", "token_embeddings");
    private static final int FIRST_OPSET = 13;
    private static final int LAST_OPSET = 17;

    private ReadyPooling() {}

    /** Whether modules are named that the graph, with vectors of tokens as its output, does not compute. */
    static boolean missing(Path folder, OnnxGraph graph) {
        Problems problems = new Problems();
        boolean named = Pooling.find(folder, problems).present();
        problems.throwIfAny(folder.toString());
        return named && hidden(graph).isPresent() && output(graph, EMBEDDING).isEmpty();
    }

    /** Whether they can be written behind it: it is of operator set 13 to 17, and takes a mask. */
    static boolean possible(OnnxGraph graph) {
        long opset = graph.info().opsets().getOrDefault("", 0L);
        return opset >= FIRST_OPSET
                && opset <= LAST_OPSET
                && graph.feeds().stream().anyMatch(feed -> feed.name().equals(MASK))
                && hidden(graph).flatMap(ReadyPooling::width).isPresent();
    }

    static ImportedModel behind(Path folder, ImportedModel model) {
        Problems problems = new Problems();
        OnnxGraph graph = model.graph();
        OnnxValue hidden = hidden(graph).orElseThrow();
        Emitter emit = new Emitter(graph);
        Config config = Config.read(folder.resolve("config.json"), problems);
        Weights none = new Weights(Map.of(), name -> {
            throw new IllegalStateException("A module asks for (" + name + ") of the transformer.");
        });
        Net net = new Net(new Checkpoint(none, emit, problems), emit, config, problems);
        Encoded encoded = new Encoded(hidden.name(), width(hidden).orElseThrow(), null, "", MASK, "", 0, 0, 0);
        Pooling.find(folder, problems).write(net, encoded);
        problems.throwIfAny(folder.toString());
        List<String> notes = new ArrayList<>(model.notes());
        notes.addAll(net.notes);
        return new ImportedModel(graph, model.source(), model.producer(), notes, model.report());
    }

    private static Optional<OnnxValue> hidden(OnnxGraph graph) {
        return HIDDEN.stream().flatMap(name -> output(graph, name).stream()).findFirst();
    }

    private static Optional<OnnxValue> output(OnnxGraph graph, String name) {
        return graph.outputs().stream()
                .filter(value -> value.name().equals(name))
                .findFirst();
    }

    private static Optional<Integer> width(OnnxValue hidden) {
        return hidden.type() instanceof OnnxType.OfTensor tensor
                        && tensor.element() == ElementType.FLOAT
                        && tensor.shape() != null
                        && tensor.shape().size() == 3
                ? Optional.of(tensor.shape().get(2)).filter(Dim::known).map(dim -> (int) dim.size())
                : Optional.empty();
    }
}
