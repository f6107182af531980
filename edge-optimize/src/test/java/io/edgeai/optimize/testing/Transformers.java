package io.edgeai.optimize.testing;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Encoders of the BERT family with random weights, written node by node as exporters write them: from input_ids,
 * attention_mask and token_type_ids [batch, sequence] to last_hidden_state [batch, sequence, width].
 */
public final class Transformers {
    /** How a graph spells normalization, GELU and attention. */
    public enum Style {
        /** Operator set 13: LayerNormalization as ReduceMean, Sub, Pow, …; GELU as Div, Erf, Add, Mul, Mul. */
        DECOMPOSED,
        /** Operator set 17 with LayerNormalization. */
        LAYER_NORM,
        /** EmbedLayerNormalization, Attention, SkipLayerNormalization and BiasGelu of ONNX Runtime's own optimizer. */
        FUSED,
        /** As FUSED with FastGelu. */
        FUSED_FAST
    }

    /** Sizes of an encoder. */
    public record Shape(int layers, int width, int heads, int inner, int vocabulary, int positions) {
        /** MiniLM-L6 with a vocabulary small enough for tests. */
        public static Shape miniLm(int vocabulary) {
            return new Shape(6, 384, 12, 1536, vocabulary, 512);
        }

        /** Layers of BERT-base. */
        public static Shape bert(int layers, int vocabulary) {
            return new Shape(layers, 768, 12, 3072, vocabulary, 512);
        }

        public static Shape tiny() {
            return new Shape(2, 64, 4, 128, 50, 32);
        }
    }

    private final GraphBuilder b;
    private final Shape shape;
    private final Style style;
    private final int outlier;

    private Transformers(Shape shape, Style style, long seed, int outlier) {
        this.b = new GraphBuilder(style == Style.DECOMPOSED ? 13 : 17, seed);
        this.shape = shape;
        this.style = style;
        this.outlier = outlier;
    }

    public static OnnxGraph of(Shape shape, Style style, long seed) {
        return new Transformers(shape, style, seed, 1).build();
    }

    /**
     * The same function as {@link #of}, but in every 16th channel normalized values are larger by a factor and the rows
     * of the weights that read them smaller: as trained transformers have it.
     */
    public static OnnxGraph withOutliers(Shape shape, Style style, long seed, int factor) {
        return new Transformers(shape, style, seed, factor).build();
    }

    /** One sequence with random ids; the last eighth is masked. */
    public static Map<String, Tensor> feed(Shape shape, int batch, int sequence, long seed) {
        Random random = new Random(seed);
        long[] ids =
                random.longs((long) batch * sequence, 0, shape.vocabulary()).toArray();
        long[] mask = new long[ids.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i % sequence < sequence - sequence / 8 ? 1 : 0;
        }
        Map<String, Tensor> feed = new HashMap<>();
        feed.put("input_ids", Tensor.of(ids, batch, sequence));
        feed.put("attention_mask", Tensor.of(mask, batch, sequence));
        feed.put("token_type_ids", Tensor.of(new long[ids.length], batch, sequence));
        return feed;
    }

    /** The same inputs as INT32, which the fused styles take. */
    public static Map<String, Tensor> narrow(Map<String, Tensor> feed) {
        Map<String, Tensor> narrow = new HashMap<>();
        feed.forEach((name, tensor) -> {
            int[] ids = Arrays.stream(tensor.longs()).mapToInt(Math::toIntExact).toArray();
            narrow.put(name, Tensor.of(ids, tensor.shape()));
        });
        return narrow;
    }

    private boolean fused() {
        return style == Style.FUSED || style == Style.FUSED_FAST;
    }

    private OnnxGraph build() {
        b.graph().info().irVersion(8);
        if (fused()) {
            b.graph().info().opsets().put("com.microsoft", 1L);
            for (String name : List.of("input_ids", "attention_mask", "token_type_ids")) {
                b.input(name, ElementType.INT32, -2, -3);
            }
        } else {
            b.idInput("input_ids", -2, -3).idInput("attention_mask", -2, -3).idInput("token_type_ids", -2, -3);
        }
        int width = shape.width();
        b.weight("word", 0.5, shape.vocabulary(), width)
                .weight("position", 0.5, shape.positions(), width)
                .weight("type", 0.5, 2, width);
        String hidden = fused() ? fusedEmbedding() : embedding();
        for (int layer = 0; layer < shape.layers(); layer++) {
            hidden = fused() ? fusedLayer("l" + layer, hidden) : layer("l" + layer, hidden);
        }
        b.node("Identity", "last_hidden_state", hidden);
        return b.output("last_hidden_state", 3).graph();
    }

    private String embedding() {
        b.longs("zero", 0).longs("one", 1).longs("two", 2).longs("minus", -1);
        b.constant("zero_s", OnnxTensor.scalar(0L)).constant("one_s", OnnxTensor.scalar(1L));
        b.constant("one_f", OnnxTensor.scalar(1f)).constant("low", OnnxTensor.scalar(-10000f));
        b.node("Unsqueeze", "mask3", "attention_mask", "one");
        b.node("Unsqueeze", "mask4", "mask3", "two");
        b.node("Cast", "mask_f", "mask4").attribute("to", ElementType.FLOAT.onnxCode());
        b.node("Sub", "mask_inv", "one_f", "mask_f");
        b.node("Mul", "mask", "mask_inv", "low");
        long[] all = new long[shape.positions()];
        Arrays.setAll(all, i -> i);
        b.constant("position_ids", OnnxTensor.ofLongs(all, 1, all.length));
        b.node("Shape", "ids_shape", "input_ids");
        b.node("Gather", "length", "ids_shape", "one_s");
        b.node("Unsqueeze", "length1", "length", "zero");
        b.node("Slice", "positions", "position_ids", "zero", "length1", "one");
        b.node("Gather", "word_e", "word", "input_ids");
        b.node("Gather", "type_e", "type", "token_type_ids");
        b.node("Add", "sum_e", "word_e", "type_e");
        b.node("Gather", "position_e", "position", "positions");
        b.node("Add", "all_e", "sum_e", "position_e");
        return norm("e_norm", "all_e");
    }

    /** Scale and bias of a normalization whose outputs feed weights named so that {@link #matrix} can undo outliers. */
    private void normWeights(String name) {
        float[] scale = new float[shape.width()];
        float[] bias = new float[scale.length];
        Random random = new Random(name.hashCode());
        for (int i = 0; i < scale.length; i++) {
            float factor = i % 16 == 3 ? outlier : 1;
            scale[i] = (float) (1 + 0.1 * random.nextGaussian()) * factor;
            bias[i] = (float) (0.1 * random.nextGaussian()) * factor;
        }
        b.constant(name + "_scale", OnnxTensor.ofFloats(scale, scale.length))
                .constant(name + "_bias", OnnxTensor.ofFloats(bias, bias.length));
    }

    /** A weight that reads normalized values: rows of outlier channels are smaller by the factor. */
    private void matrix(String name, int in, int out, boolean readsNorm) {
        b.weight(name, 1 / Math.sqrt(in), in, out);
        if (!readsNorm || outlier == 1) {
            return;
        }
        float[] values = b.graph().initializers().get(name).floats();
        for (int i = 0; i < values.length; i++) {
            if (i / out % 16 == 3) {
                values[i] /= outlier;
            }
        }
        b.constant(name, OnnxTensor.ofFloats(values, in, out));
    }

    private String norm(String name, String x) {
        normWeights(name);
        if (style == Style.LAYER_NORM) {
            b.node("LayerNormalization", name, x, name + "_scale", name + "_bias")
                    .attribute("axis", -1)
                    .attribute("epsilon", 1e-12f);
            return name;
        }
        if (!b.graph().initializers().containsKey("square")) {
            b.constant("square", OnnxTensor.scalar(2f)).constant("epsilon", OnnxTensor.scalar(1e-12f));
        }
        b.node("ReduceMean", name + "_mean", x).attribute("axes", new long[] {-1});
        b.node("Sub", name + "_sub", x, name + "_mean");
        b.node("Pow", name + "_pow", name + "_sub", "square");
        b.node("ReduceMean", name + "_var", name + "_pow").attribute("axes", new long[] {-1});
        b.node("Add", name + "_var_e", name + "_var", "epsilon");
        b.node("Sqrt", name + "_std", name + "_var_e");
        b.node("Div", name + "_div", name + "_sub", name + "_std");
        b.node("Mul", name + "_mul", name + "_div", name + "_scale");
        b.node("Add", name, name + "_mul", name + "_bias");
        return name;
    }

    private String linear(String name, String x, int in, int out, boolean readsNorm) {
        matrix(name + "_w", in, out, readsNorm);
        b.weight(name + "_b", 0.1, out);
        b.node("MatMul", name + "_mm", x, name + "_w");
        b.node("Add", name, name + "_b", name + "_mm");
        return name;
    }

    /** [batch, sequence, width] to [batch, heads, sequence, size] with the dynamic shapes of an export. */
    private String heads(String name, String x, long... permutation) {
        b.node("Shape", name + "_s", x);
        b.node("Gather", name + "_s0", name + "_s", "zero_s");
        b.node("Gather", name + "_s1", name + "_s", "one_s");
        b.node("Unsqueeze", name + "_u0", name + "_s0", "zero");
        b.node("Unsqueeze", name + "_u1", name + "_s1", "zero");
        b.node("Concat", name + "_to", name + "_u0", name + "_u1", "n_heads", "head_size")
                .attribute("axis", 0);
        b.node("Reshape", name + "_r", x, name + "_to");
        b.node("Transpose", name + "_t", name + "_r").attribute("perm", permutation);
        return name + "_t";
    }

    private String layer(String p, String x) {
        int width = shape.width();
        int size = width / shape.heads();
        b.longs("n_heads", shape.heads()).longs("head_size", size).longs("width", width);
        b.constant("root", OnnxTensor.scalar((float) Math.sqrt(size)));
        String q = heads(p + "_q", linear(p + "_query", x, width, width, true), 0, 2, 1, 3);
        String k = heads(p + "_k", linear(p + "_key", x, width, width, true), 0, 2, 3, 1);
        String v = heads(p + "_v", linear(p + "_value", x, width, width, true), 0, 2, 1, 3);
        b.node("MatMul", p + "_qk", q, k);
        b.node("Div", p + "_scores", p + "_qk", "root");
        b.node("Add", p + "_masked", p + "_scores", "mask");
        b.node("Softmax", p + "_p", p + "_masked").attribute("axis", -1);
        b.node("MatMul", p + "_pv", p + "_p", v);
        b.node("Transpose", p + "_ctx", p + "_pv").attribute("perm", new long[] {0, 2, 1, 3});
        b.node("Shape", p + "_cs", p + "_ctx");
        b.node("Gather", p + "_cs0", p + "_cs", "zero_s");
        b.node("Gather", p + "_cs1", p + "_cs", "one_s");
        b.node("Unsqueeze", p + "_cu0", p + "_cs0", "zero");
        b.node("Unsqueeze", p + "_cu1", p + "_cs1", "zero");
        b.node("Concat", p + "_cto", p + "_cu0", p + "_cu1", "width").attribute("axis", 0);
        b.node("Reshape", p + "_cr", p + "_ctx", p + "_cto");
        b.node("Add", p + "_res", linear(p + "_attn", p + "_cr", width, width, false), x);
        String mid = norm(p + "_norm1", p + "_res");
        String inner = gelu(p + "_gelu", linear(p + "_ff1", mid, width, shape.inner(), true));
        b.node("Add", p + "_res2", linear(p + "_ff2", inner, shape.inner(), width, false), mid);
        return norm(p + "_norm2", p + "_res2");
    }

    private String gelu(String name, String x) {
        b.constant("root2", OnnxTensor.scalar((float) Math.sqrt(2))).constant("half", OnnxTensor.scalar(0.5f));
        b.node("Div", name + "_d", x, "root2");
        b.node("Erf", name + "_e", name + "_d");
        b.node("Add", name + "_a", name + "_e", "one_f");
        b.node("Mul", name + "_m", x, name + "_a");
        b.node("Mul", name, name + "_m", "half");
        return name;
    }

    private OnnxNode own(String op, List<String> inputs, String... outputs) {
        return b.graph().add(op, outputs[0], inputs, List.of(outputs)).domain("com.microsoft");
    }

    private String fusedEmbedding() {
        normWeights("e_norm");
        own(
                        "EmbedLayerNormalization",
                        List.of(
                                "input_ids",
                                "token_type_ids",
                                "word",
                                "position",
                                "type",
                                "e_norm_scale",
                                "e_norm_bias",
                                "attention_mask"),
                        "e_norm",
                        "mask_index")
                .attribute("epsilon", 1e-12f);
        return "e_norm";
    }

    private String fusedLayer(String p, String x) {
        int width = shape.width();
        matrix(p + "_qkv_w", width, 3 * width, true);
        b.weight(p + "_qkv_b", 0.1, 3L * width);
        own("Attention", List.of(x, p + "_qkv_w", p + "_qkv_b", "mask_index"), p + "_ctx")
                .attribute("num_heads", shape.heads());
        String mid = skipNorm(p + "_norm1", p + "_attn", p + "_ctx", x, width);
        matrix(p + "_ff1_w", width, shape.inner(), true);
        b.weight(p + "_ff1_b", 0.1, shape.inner());
        b.node("MatMul", p + "_ff1", mid, p + "_ff1_w");
        own(style == Style.FUSED ? "BiasGelu" : "FastGelu", List.of(p + "_ff1", p + "_ff1_b"), p + "_gelu");
        return skipNorm(p + "_norm2", p + "_ff2", p + "_gelu", mid, shape.inner());
    }

    private String skipNorm(String name, String product, String x, String skip, int in) {
        matrix(product + "_w", in, shape.width(), false);
        b.weight(product + "_b", 0.1, shape.width());
        b.node("MatMul", product, x, product + "_w");
        normWeights(name);
        own("SkipLayerNormalization", List.of(product, skip, name + "_scale", name + "_bias", product + "_b"), name)
                .attribute("epsilon", 1e-12f);
        return name;
    }
}
