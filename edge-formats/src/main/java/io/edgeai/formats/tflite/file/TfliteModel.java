package io.edgeai.formats.tflite.file;

import java.util.List;
import java.util.Map;

/**
 * A TFLite model.
 *
 * @param version of the schema
 * @param description the converter's words
 * @param subgraphs the first is the model; control flow and further signatures name others
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

    public Subgraph main() {
        return subgraphs.get(0);
    }
}
