package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** DeBERTa of the second and third version: scores of words with words, words with distances, distances with words. */
final class DebertaFamily implements Family {
    @Override
    public String prefix() {
        return "deberta.";
    }

    /** Settings of the attention, and the vectors of distances. */
    private record Attention(
            int width,
            int heads,
            int size,
            Set<String> kinds,
            boolean shared,
            int span,
            String vectors,
            String places) {
        boolean has(String kind) {
            return !vectors.isEmpty() && kinds.contains(kind);
        }

        double scale() {
            return Math.sqrt((double) size * (1 + (kinds.contains("c2p") ? 1 : 0) + (kinds.contains("p2c") ? 1 : 0)));
        }
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        int width = config.size("hidden_size", 1536);
        int inner = config.size("intermediate_size", 6144);
        int vocabulary = config.size("vocab_size", 128100);
        int narrow = config.size("embedding_size", width);
        float epsilon = config.positive("layer_norm_eps", 1e-7);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        String shown = net.emit.op("Unsqueeze", net.emit.cast(mask, ElementType.FLOAT), net.emit.longs(2));
        String table = prefix + "embeddings.word_embeddings.weight";
        String embedded = embeddings(net, prefix + "embeddings.", table, ids, vocabulary, narrow, width, epsilon);
        embedded = net.emit.op("Mul", embedded, shown);
        Attention attention = attention(net, prefix + "encoder.", ids, width, epsilon);
        String bias = net.maskBias(mask);
        String x = embedded;
        for (int i = 0; i < config.layers("num_hidden_layers", 24); i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            String seen = seen(net, x, layer + "attention.self.", attention, bias);
            String sum = net.emit.op("Add", net.linear(seen, layer + "attention.output.dense", width, width), x);
            String middle = net.norm(sum, layer + "attention.output.LayerNorm", width, epsilon);
            x = BertFamily.feedForward(net, middle, layer, width, inner);
            x = net.norm(x, layer + "output.LayerNorm", width, epsilon);
            if (i == 0 && config.size("conv_kernel_size", 0, 0, 1001) > 0) {
                x = convolved(net, prefix + "encoder.conv.", embedded, x, shown, width, epsilon);
            }
        }
        return new Encoded(x, width, null, ids, mask, table, narrow, vocabulary, epsilon);
    }

    private static String embeddings(
            Net net, String name, String table, String ids, int vocabulary, int narrow, int width, float epsilon) {
        String x = net.rows(net.weights.tensor(table, vocabulary, narrow), ids);
        if (net.config.flag("position_biased_input", true)) {
            String positions = net.weights.tensor(
                    name + "position_embeddings.weight", net.config.size("max_position_embeddings", 512), narrow);
            x = net.emit.op("Add", x, net.firstRows(positions, ids));
        }
        int types = net.config.size("type_vocab_size", 0, 0, 1 << 20);
        if (types > 0) {
            String rows = net.weights.tensor(name + "token_type_embeddings.weight", types, narrow);
            x = net.emit.op("Add", x, net.rows(rows, net.tokens("token_type_ids")));
        }
        if (narrow != width) {
            x = net.linearWithoutBias(x, name + "embed_proj", width, narrow);
        }
        return net.norm(x, name + "LayerNorm", width, epsilon);
    }

    private static Attention attention(Net net, String encoder, String ids, int width, float epsilon) {
        Config config = net.config;
        int heads = config.size("num_attention_heads", 24);
        int size = config.headWidth(width, heads);
        if (config.has("attention_head_size") && config.size("attention_head_size", size) != size) {
            net.problems.unsupported(
                    "attention_head_size is (" + config.node("attention_head_size") + "), not " + size);
        }
        Set<String> kinds = new HashSet<>(
                config.node("pos_att_type").isTextual()
                        ? Arrays.asList(config.text("pos_att_type", "")
                                .toLowerCase(Locale.ROOT)
                                .split("\\|"))
                        : config.texts("pos_att_type"));
        kinds.remove("");
        for (String kind : kinds) {
            if (!kind.equals("c2p") && !kind.equals("p2c")) {
                net.problems.unsupported("pos_att_type has (" + kind + "); known are c2p and p2c");
            }
        }
        boolean shared = config.flag("share_att_key", false);
        if (!config.flag("relative_attention", false)) {
            // Made whatever the attention is, and asked for by relative attention only.
            net.weights.alias(encoder + "LayerNorm.weight");
            net.weights.alias(encoder + "LayerNorm.bias");
            return new Attention(width, heads, size, kinds, shared, 0, "", "");
        }
        int positions = config.size("max_position_embeddings", 512, 1, Distances.FARTHEST);
        int stated = config.size("max_relative_positions", -1, -1, Distances.FARTHEST);
        int farthest = stated < 1 ? positions : stated;
        int buckets = config.size("position_buckets", -1, -1, Distances.FARTHEST);
        if (buckets > 0 && (buckets % 2 != 0 || farthest - 1 <= buckets / 2)) {
            net.problems.unsupported(
                    "position_buckets (" + buckets + ") are odd or too many for distances up to " + farthest);
        }
        int span = buckets > 0 ? buckets : farthest;
        String vectors = net.weights.tensor(encoder + "rel_embeddings.weight", 2L * span, width);
        if (Arrays.asList(config.text("norm_rel_ebd", "none")
                        .toLowerCase(Locale.ROOT)
                        .replace(" ", "")
                        .split("\\|"))
                .contains("layer_norm")) {
            vectors = net.norm(vectors, encoder + "LayerNorm", width, epsilon);
        }
        // Past this distance every bucket is cut to the last one, so the table serves any length.
        int end = buckets > 0 ? Math.max(farthest, span) * 2 : span;
        String rows = Distances.table(
                net,
                "distance buckets",
                end,
                d -> Math.max(0, Math.min(2 * span - 1, bucket(d, buckets, farthest) + span)));
        String apart = Distances.clipped(net, Distances.apart(net, ids, false), end);
        String places = net.rows(rows, net.emit.op("Add", apart, net.emit.scalar(ElementType.INT64, end)));
        return new Attention(width, heads, size, kinds, shared, span, vectors, places);
    }

    /** The bucket of query − key: near distances one each, farther ones in logarithmic steps. */
    static int bucket(int distance, int buckets, int farthest) {
        int middle = buckets / 2;
        int away = Math.abs(distance);
        if (buckets <= 0 || away <= middle) {
            return distance;
        }
        float steps = (float) Math.log((float) away / middle) / (float) Math.log((float) ((farthest - 1.0) / middle));
        return Integer.signum(distance) * ((int) Math.ceil(steps * (middle - 1)) + middle);
    }

    private static String seen(Net net, String x, String self, Attention a, String bias) {
        int all = a.width();
        String q = net.heads(net.linear(x, self + "query_proj", all, all), a.heads(), a.size(), false);
        String k = net.linear(x, self + "key_proj", all, all);
        String v = net.linear(x, self + "value_proj", all, all);
        String scores = net.emit.op("MatMul", q, net.heads(k, a.heads(), a.size(), true));
        String c2p = null;
        String p2c = null;
        String shape = net.emit.op("Shape", scores);
        if (a.has("c2p")) {
            String name = self + (a.shared() ? "key_proj" : "pos_key_proj");
            c2p = gathered(net, q, vectors(net, name, a), net.emit.op("Expand", a.places(), shape));
        }
        if (a.has("p2c")) {
            String name = self + (a.shared() ? "query_proj" : "pos_query_proj");
            String keys = net.heads(k, a.heads(), a.size(), false);
            String turned = net.emit.op("Expand", net.emit.transpose(a.places(), 1, 0), shape);
            p2c = net.emit.transpose(gathered(net, keys, vectors(net, name, a), turned), 0, 1, 3, 2);
        }
        for (String part : new @Nullable String[] {c2p, p2c}) {
            if (part != null) {
                scores = net.emit.op("Add", scores, part);
            }
        }
        scores = net.emit.op("Div", scores, net.emit.scalar((float) a.scale()));
        return net.weighted(net.emit.op("Add", scores, bias), v, a.heads(), a.size());
    }

    /** The projected vectors of distances: [heads, size, 2 · span]. */
    private static String vectors(Net net, String name, Attention a) {
        String projected = net.linear(a.vectors(), name, a.width(), a.width());
        String split = net.emit.reshape(projected, 2L * a.span(), a.heads(), a.size());
        return net.emit.transpose(split, 1, 2, 0);
    }

    /** Scores of each token with the distance that belongs to each other token. */
    private static String gathered(Net net, String tokens, String vectors, String places) {
        return net.emit
                .add("GatherElements", net.emit.op("MatMul", tokens, vectors), places)
                .attribute("axis", 3)
                .output(0);
    }

    private static String convolved(
            Net net, String name, String embedded, String x, String shown, int width, float epsilon) {
        Config config = net.config;
        int kernel = config.size("conv_kernel_size", 3);
        int groups = config.size("conv_groups", 1);
        if (kernel % 2 == 0 || width % groups != 0) {
            net.problems.unsupported("conv_kernel_size (" + kernel + ") is even or conv_groups (" + groups
                    + ") do not divide the width (" + width + ")");
        }
        long pad = (kernel - 1L) / 2;
        String conv = net.emit
                .add(
                        "Conv",
                        net.emit.transpose(embedded, 0, 2, 1),
                        net.weights.tensor(name + "conv.weight", width, width / groups, kernel),
                        net.weights.tensor(name + "conv.bias", width))
                .attribute("kernel_shape", new long[] {kernel})
                .attribute("pads", new long[] {pad, pad})
                .attribute("group", groups)
                .output(0);
        String out = net.emit.op("Mul", net.emit.transpose(conv, 0, 2, 1), shown);
        String sum = net.emit.op("Add", x, net.activation("conv_act", "tanh", out));
        return net.emit.op("Mul", net.norm(sum, name + "LayerNorm", width, epsilon), shown);
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of(
                "ForSequenceClassification", Head.of(DebertaFamily::classes),
                "ForTokenClassification", Heads.tokens(),
                "ForQuestionAnswering", Heads.answers(),
                "ForMaskedLM", Head.of(DebertaFamily::words));
    }

    /** As the first versions of transformers wrote it, or with {@code "legacy": false} as Microsoft's own code does. */
    private static void words(Net net, Encoded encoded) {
        String scores = net.config.flag("legacy", true) ? Heads.bertScores(net, encoded) : ownWords(net, encoded);
        net.output(scores, "logits", Net.BATCH, Net.SEQUENCE, Dim.of(encoded.vocabulary()));
    }

    private static String ownWords(Net net, Encoded encoded) {
        int width = encoded.width();
        String name = "lm_predictions.lm_head.";
        String dense = net.linear(encoded.hidden(), name + "dense", width, width);
        String x = net.norm(net.activation("hidden_act", "gelu", dense), name + "LayerNorm", width, encoded.epsilon());
        return net.emit.op(
                "Add", Heads.byTable(net, encoded, x), net.weights.tensor(name + "bias", encoded.vocabulary()));
    }

    private static void classes(Net net, Encoded encoded) {
        int width = encoded.width();
        if (net.config.has("pooler_hidden_size") && net.config.size("pooler_hidden_size", width) != width) {
            net.problems.unsupported("pooler_hidden_size is not the width (" + width + ")");
        }
        String dense = net.linear(net.first(encoded.hidden()), "pooler.dense", width, width);
        String pooled = net.activation("pooler_hidden_act", "gelu", dense);
        Heads.classes(net, net.linear(pooled, "classifier", net.config.labels(), width));
    }
}
