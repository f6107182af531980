package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import java.util.Map;

/** How one kind of model computes. Stateless. */
interface Family {
    /** What weights of the body are named with where there is a head too, the dot included. */
    String prefix();

    /** Writes the body; {@code prefix} is what its weights are named with in this checkpoint. */
    Encoded body(Net net, String prefix, boolean pooler);

    /** Heads by what follows the family's own name in {@code architectures}. */
    Map<String, Head> heads();

    /** How many tokens the body gives. */
    default Dim tokens(Config config) {
        return Net.SEQUENCE;
    }

    /** How wide the pooled vector is where a token has that width. */
    default int pooledWidth(Config config, int width) {
        return width;
    }

    /** Whether that name, such as {@code BertModel}, is the body alone. */
    default boolean bodyAlone(String architecture) {
        return architecture.endsWith("Model") && !architecture.contains("Head");
    }
}
