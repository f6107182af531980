package io.edgeai.core.train.layout;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.train.gradient.GraphEmitter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Emits values in blocked layout: [N, C, H, W] stored as [N, C/block, H, W, block]. Not thread-safe. */
final class BlockedGraph {
    /** ONNX Runtime's operators on the layout. */
    static final String DOMAIN = "com.microsoft.nchwc";

    private final GraphEmitter out;
    private final int block;
    private final Shapes shapes;
    private final Map<String, String> blocked = new HashMap<>();
    private final Map<Object, String> missing = new HashMap<>();

    /** @param shapes of the graph as it was */
    BlockedGraph(GraphEmitter out, Shapes shapes, int block) {
        this.out = out;
        this.shapes = shapes;
        this.block = block;
    }

    GraphEmitter out() {
        return out;
    }

    int block() {
        return block;
    }

    boolean divides(long channels) {
        return channels > 0 && channels % block == 0;
    }

    OnnxNode node(String op, String... inputs) {
        out.graph().info().opsets().putIfAbsent(DOMAIN, 1L);
        return out.node(op, inputs).domain(DOMAIN);
    }

    /** The value in blocks of channels; made once for each value. */
    String blocked(String value) {
        return blocked.computeIfAbsent(value, v -> node("ReorderInput", v).output(0));
    }

    /** The node that gives a blocked value of so many channels as [N, C, H, W]. */
    OnnxNode plain(String value, long channels) {
        return node("ReorderOutput", value).attribute("channels", channels);
    }

    /** The value with zeros after its first axis, up to whole blocks; {@code like} has as long a first axis. */
    String filled(String value, String like) {
        return out.op("Pad", value, pads(like, new long[] {0, 0, 0, 0}, new long[] {0, 0, 0}));
    }

    /** {@code before}, the number of zeros that fill the first axis of {@code like} up to whole blocks, {@code after}. */
    String pads(String like, long[] before, long[] after) {
        Object key = List.of(batch(like), Arrays.toString(before), Arrays.toString(after));
        String zeros = missing(like);
        return missing.computeIfAbsent(key, k -> out.concat(0, List.of(out.longs(before), zeros, out.longs(after))));
    }

    private String missing(String like) {
        return missing.computeIfAbsent(batch(like), k -> {
            String rows = out.slice(out.shape(like), new long[] {0}, new long[] {0}, new long[] {1}, new long[] {1});
            return out.op("Mod", out.op("Neg", rows), out.longs(block));
        });
    }

    /** Equal for values whose first axes are known to be equally long. */
    private Object batch(String value) {
        Dim lead = shapes.dims(value).map(dims -> dims.get(0)).orElse(Dim.UNKNOWN);
        return lead.equals(Dim.UNKNOWN) ? value : lead;
    }
}
