package io.edgeai.core.runtime;

import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.Map;

/** An engine that shows how it runs a model here: what it rewrites the graph to, and what each node takes. */
public interface ProfilingRuntime extends InferenceRuntime {
    /**
     * The model as the engine rewrites it before it runs it, as ONNX bytes. Opened with
     * {@link SessionOptions#optimize(boolean) optimize(false)} it computes the same bits. It fits this engine's version
     * and this kind of processor only.
     *
     * @param model a self-contained single-file model
     * @throws io.edgeai.core.error.ModelFormatException where the engine refuses the model
     */
    byte[] rewritten(byte[] model, SessionOptions options);

    /**
     * Runs a model and times its nodes. Nodes that the engine adds, merges or renames while it rewrites the model appear
     * under the engine's names; with {@code optimize(false)} nodes keep theirs. Nodes without a name are not told apart.
     *
     * @param runs runs that count, after a tenth as many to warm up; 1 to 10,000
     * @return one entry for each node name, in the order they first ran; those of nested graphs included
     */
    List<NodeTime> profile(byte[] model, SessionOptions options, Map<String, Tensor> feed, int runs);
}
