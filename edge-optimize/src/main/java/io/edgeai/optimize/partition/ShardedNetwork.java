package io.edgeai.optimize.partition;

import io.edgeai.core.onnx.OnnxGraph;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network one of whose layers is dealt out over several workers. Run {@code before}, then all shards at once, then
 * {@code after}; every part takes by name what it needs of the caller's inputs and of the parts before.
 *
 * @param whole the same network in one graph, with the shards in it
 * @param before what the layer's input needs, or null where the caller feeds it
 * @param shards the layer's parts
 * @param after the join and all the rest
 * @param axis how the weights are dealt out
 */
public record ShardedNetwork(
        OnnxGraph whole, @Nullable OnnxGraph before, List<OnnxGraph> shards, OnnxGraph after, ShardAxis axis) {
    public ShardedNetwork {
        shards = List.copyOf(shards);
    }
}
