package io.edgeai.formats.tflite.file;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A TFLite model.
 *
 * @param version of the schema
 * @param description the converter's words
 * @param subgraphs control flow and signatures name them
 * @param signatures named entrances
 * @param metadata sizes in bytes of the metadata blocks by name
 * @param minimumRuntime the oldest runtime that knows all operators, empty where not stated
 * @param files files attached behind the model by name: labels and vocabularies, as text
 */
public record TfliteModel(
        int version,
        String description,
        List<Subgraph> subgraphs,
        List<Signature> signatures,
        Map<String, Integer> metadata,
        String minimumRuntime,
        Map<String, String> files) {

    /** One graph. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Subgraph(
            String name, List<TfliteTensor> tensors, int[] inputs, int[] outputs, List<TfliteOperator> operators) {}

    /**
     * A named entrance: aliases of inputs and outputs to tensor numbers of a subgraph.
     */
    public record Signature(String key, int subgraph, Map<String, Integer> inputs, Map<String, Integer> outputs) {}

    /** The name under which models are served where nothing else is asked for. */
    public static final String SERVED = "serving_default";

    /** The signature of that name, or null. */
    public @Nullable Signature signature(String key) {
        return signatures.stream().filter(s -> s.key().equals(key)).findFirst().orElse(null);
    }

    /**
     * The number of the graph that is meant where none is asked for: what is served, else the first signature's, else
     * the first.
     */
    public int served() {
        Signature served = signature(SERVED);
        return served != null
                ? served.subgraph()
                : signatures.isEmpty() ? 0 : signatures.get(0).subgraph();
    }

    /** The graph that is meant where none is asked for. */
    public Subgraph main() {
        return subgraphs.get(served());
    }
}
