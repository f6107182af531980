package io.edgeai.formats.tflite.ops;

import io.edgeai.formats.emit.Emitter;
import java.util.List;

/** Writes a further subgraph of the model into a graph. */
interface SubgraphWriter {
    /** @return names of its outputs, in order */
    List<String> inline(int subgraph, List<String> inputs, Emitter emit);
}
