package io.edgeai.optimize.testing;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.List;

/**
 * Self-attention of 4 heads of 3 features over 5 positions, x [N,5,8] to y [N,5,8], whose queries, keys and values are
 * made by one product and taken apart in the ways that exporters write. Columns of {@code qkv_w} are those features, rows
 * of {@code out_w} are 12, head by head.
 */
public final class PackedAttention {
    public static final int HEADS = 4;
    public static final int SIZE = 3;
    private static final int TIME = 5;
    private static final int WIDTH = HEADS * SIZE;

    private final GraphBuilder b;

    private PackedAttention(long batch, long seed) {
        this.b = new GraphBuilder(13, seed).input("x", batch, TIME, 8);
    }

    /** How queries, keys and values lie and are taken. */
    public enum Layout {
        /** {@code [3, heads, size]}, one of three picked: vision transformers. */
        PICKED,
        /** {@code [3, heads * size]}, picked, heads merged with the batch before them: PyTorch's MultiheadAttention. */
        MERGED,
        /** The same, with heads parted from the batch again. */
        MERGED_AND_PARTED,
        /** {@code [3, heads * size]}, split in three. */
        SPLIT,
        /** {@code [heads, 3, size]}, picked. */
        HEADS_OUTSIDE,
        /** Queries alone, {@code [2, heads, size]} for keys and values. */
        QUERIES_ALONE
    }

    /**
     * A graph.
     *
     * @param batch as for {@link GraphBuilder#input}
     */
    public static OnnxGraph of(Layout layout, long batch, long seed) {
        PackedAttention attention = new PackedAttention(batch, seed);
        return switch (layout) {
            case MERGED, MERGED_AND_PARTED -> attention.timeFirst(layout == Layout.MERGED);
            default -> attention.batchFirst(layout);
        };
    }

    private OnnxGraph batchFirst(Layout layout) {
        boolean alone = layout == Layout.QUERIES_ALONE;
        product("qkv", "x", alone ? 2 : 3);
        String[] parts = new String[3];
        b.longs("heads", 0, TIME, HEADS, SIZE).longs("flat", 0, TIME, WIDTH);
        if (layout == Layout.SPLIT) {
            b.longs("three", 0, TIME, 3, WIDTH);
            b.node("Reshape", "packed", "qkv", "three");
            b.node("Split", "s0", "packed").attribute("axis", 2).outputs().addAll(List.of("s1", "s2"));
        } else {
            boolean outside = layout == Layout.HEADS_OUTSIDE;
            b.longs(
                    "all",
                    outside ? new long[] {0, TIME, HEADS, 3, SIZE} : new long[] {0, TIME, alone ? 2 : 3, HEADS, SIZE});
            b.node("Reshape", "packed", "qkv", "all");
            b.node("Transpose", "first", "packed")
                    .attribute("perm", outside ? new long[] {3, 0, 2, 1, 4} : new long[] {2, 0, 3, 1, 4});
        }
        for (int i = 0; i < 3; i++) {
            if (alone && i == 0) {
                product("q", "x", 1);
                b.node("Reshape", "q_heads", "q", "heads");
                b.node("Transpose", "part0", "q_heads").attribute("perm", new long[] {0, 2, 1, 3});
            } else if (layout == Layout.SPLIT) {
                b.node("Reshape", "r" + i, "s" + i, "heads");
                b.node("Transpose", "part" + i, "r" + i).attribute("perm", new long[] {0, 2, 1, 3});
            } else {
                b.constant("i" + i, OnnxTensor.scalar((long) (alone ? i - 1 : i)));
                b.node("Gather", "part" + i, "first", "i" + i).attribute("axis", 0);
            }
            parts[i] = "part" + i;
        }
        String answer = attended(parts, 4);
        b.node("Transpose", "back", answer).attribute("perm", new long[] {0, 2, 1, 3});
        b.node("Reshape", "c", "back", "flat");
        b.weight("out_w", 0.4, WIDTH, 8);
        b.node("MatMul", "y", "c", "out_w");
        return b.output("y").graph();
    }

    private OnnxGraph timeFirst(boolean merged) {
        b.node("Transpose", "t", "x").attribute("perm", new long[] {1, 0, 2});
        product("qkv", "t", 3);
        b.longs("three", TIME, -1, 3, WIDTH).longs("bags", TIME, -1, SIZE).longs("parted", -1, HEADS, TIME, SIZE);
        b.longs("zero", 0).longs("third", -2);
        b.node("Reshape", "packed", "qkv", "three");
        b.node("Unsqueeze", "u", "packed", "zero");
        b.node("Transpose", "turned", "u").attribute("perm", new long[] {3, 1, 2, 0, 4});
        b.node("Squeeze", "first", "turned", "third");
        String[] parts = new String[3];
        for (int i = 0; i < 3; i++) {
            b.constant("i" + i, OnnxTensor.scalar((long) i));
            b.node("Gather", "g" + i, "first", "i" + i).attribute("axis", 0);
            b.node("Reshape", "r" + i, "g" + i, "bags");
            b.node("Transpose", "h" + i, "r" + i).attribute("perm", new long[] {1, 0, 2});
            if (!merged) {
                b.node("Reshape", "part" + i, "h" + i, "parted");
            }
            parts[i] = merged ? "h" + i : "part" + i;
        }
        String answer = attended(parts, merged ? 3 : 4);
        b.node("Transpose", "back", answer).attribute("perm", merged ? new long[] {1, 0, 2} : new long[] {2, 0, 1, 3});
        b.longs("rows", -1, WIDTH).longs("again", TIME, -1, 8);
        b.node("Reshape", "c", "back", "rows");
        b.weight("out_w", 0.4, WIDTH, 8);
        b.node("Gemm", "o", "c", "out_w");
        b.node("Reshape", "o3", "o", "again");
        b.node("Transpose", "y", "o3").attribute("perm", new long[] {1, 0, 2});
        return b.output("y").graph();
    }

    private void product(String name, String x, int parts) {
        b.weight(name + "_w", 0.5, 8, (long) parts * WIDTH).weight(name + "_b", 0.3, (long) parts * WIDTH);
        b.node("MatMul", name + "_p", x, name + "_w");
        b.node("Add", name, name + "_p", name + "_b");
    }

    private String attended(String[] parts, int rank) {
        b.constant("scale", OnnxTensor.scalar(0.6f));
        b.node("Transpose", "k", parts[1])
                .attribute("perm", rank == 3 ? new long[] {0, 2, 1} : new long[] {0, 1, 3, 2});
        b.node("Mul", "scaled", parts[0], "scale");
        b.node("MatMul", "scores", "scaled", "k");
        b.node("Softmax", "shares", "scores").attribute("axis", -1);
        b.node("MatMul", "answer", "shares", parts[2]);
        return "answer";
    }
}
