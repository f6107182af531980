package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.util.List;
import java.util.Map;

/** GPT-2 over a whole text at once, without a cache: each token looks back only. */
final class Gpt2Family implements Family {
    @Override
    public String prefix() {
        return "transformer.";
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        config.off("add_cross_attention");
        int width = config.size("n_embd", 768);
        int heads = config.size("n_head", 12);
        int inner = config.size("n_inner", 4 * width);
        int vocabulary = config.size("vocab_size", 50257);
        float epsilon = config.positive("layer_norm_epsilon", 1e-5);
        int size = config.headWidth(width, heads);
        boolean scaled = config.flag("scale_attn_weights", true);
        boolean byLayer = config.flag("scale_attn_by_inverse_layer_idx", false);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        String table = prefix + "wte.weight";
        String positions = net.weights.tensor(prefix + "wpe.weight", config.size("n_positions", 1024), width);
        String x = net.emit.op(
                "Add", net.rows(net.weights.tensor(table, vocabulary, width), ids), net.firstRows(positions, ids));
        String bias = net.emit.op("Min", net.maskBias(mask), ahead(net, ids));
        for (int i = 0; i < config.layers("n_layer", 12); i++) {
            String layer = prefix + "h." + i + ".";
            String normed = net.norm(x, layer + "ln_1", width, epsilon);
            String all = conv1d(net, normed, layer + "attn.c_attn", 3 * width, width);
            List<String> parts = net.emit
                    .add("Split", 3, all, net.emit.longs(width, width, width))
                    .attribute("axis", 2)
                    .outputs();
            double scale = (scaled ? Math.sqrt(size) : 1) * (byLayer ? i + 1 : 1);
            String seen = net.attention(parts.get(0), parts.get(1), parts.get(2), heads, size, scale, bias);
            x = net.emit.op("Add", conv1d(net, seen, layer + "attn.c_proj", width, width), x);
            String again = net.norm(x, layer + "ln_2", width, epsilon);
            String wide = net.activation(
                    "activation_function", "gelu_new", conv1d(net, again, layer + "mlp.c_fc", inner, width));
            x = net.emit.op("Add", x, conv1d(net, wide, layer + "mlp.c_proj", width, inner));
        }
        x = net.norm(x, prefix + "ln_f", width, epsilon);
        return new Encoded(x, width, null, ids, mask, table, width, vocabulary, epsilon);
    }

    /** A linear layer whose weight is stored [in, out]. */
    private static String conv1d(Net net, String x, String name, int out, int in) {
        return net.emit.op(
                "Add",
                net.emit.op("MatMul", x, net.weights.tensor(name + ".weight", in, out)),
                net.weights.tensor(name + ".bias", out));
    }

    /** The least float where a key comes after the query, else 0: [sequence, sequence]. */
    private static String ahead(Net net, String ids) {
        String later = net.emit.op("Greater", Distances.apart(net, ids, true), net.emit.scalar(ElementType.INT64, 0));
        return net.emit.op("Mul", net.emit.cast(later, ElementType.FLOAT), net.emit.scalar(-Float.MAX_VALUE));
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of(
                "LMHeadModel",
                        Head.of((net, encoded) -> net.output(
                                Heads.tied(net, encoded, "lm_head", encoded.hidden()),
                                "logits",
                                Net.BATCH,
                                Net.SEQUENCE,
                                Dim.of(encoded.vocabulary()))),
                "ForTokenClassification", Heads.tokens(),
                "ForQuestionAnswering", Heads.answers(),
                "ForSequenceClassification", Head.of(Gpt2Family::classes));
    }

    /** Scores of the last token that is no padding, which alone has seen the whole text. */
    private static void classes(Net net, Encoded encoded) {
        int labels = net.config.labels();
        String scores = net.linearWithoutBias(encoded.hidden(), "score", labels, encoded.width());
        String shown = encoded.mask();
        if (net.config.has("pad_token_id")) {
            String padding = net.emit.scalar(ElementType.INT64, net.config.size("pad_token_id", 0, 0, 1 << 28));
            String is = net.emit.op("Equal", encoded.ids(), padding);
            shown = net.emit.cast(net.emit.op("Not", is), ElementType.INT64);
        }
        String last = net.emit
                .add("ReduceMax", net.emit.op("Mul", Distances.places(net, encoded.ids()), shown))
                .attribute("axes", new long[] {1})
                .attribute("keepdims", 1)
                .output(0);
        String chosen = net.emit
                .add("GatherND", scores, last)
                .attribute("batch_dims", 1)
                .output(0);
        net.output(chosen, "logits", Net.BATCH, Dim.of(labels));
    }
}
