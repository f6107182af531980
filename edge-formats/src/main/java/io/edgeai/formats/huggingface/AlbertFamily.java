package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** ALBERT: narrow embeddings, and layers that share their weights in groups. */
final class AlbertFamily implements Family {
    @Override
    public String prefix() {
        return "albert.";
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        config.only("position_embedding_type", "absolute");
        int width = config.size("hidden_size", 4096);
        int narrow = config.size("embedding_size", 128);
        int layers = config.layers("num_hidden_layers", 12);
        int groups = config.layers("num_hidden_groups", 1);
        float epsilon = config.positive("layer_norm_eps", 1e-12);
        int vocabulary = config.size("vocab_size", 30000);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        String name = prefix + "embeddings.";
        String table = name + "word_embeddings.weight";
        String positions = net.weights.tensor(
                name + "position_embeddings.weight", config.size("max_position_embeddings", 512), narrow);
        String types =
                net.weights.tensor(name + "token_type_embeddings.weight", config.size("type_vocab_size", 2), narrow);
        String x = net.emit.op(
                "Add", net.rows(net.weights.tensor(table, vocabulary, narrow), ids), net.firstRows(positions, ids));
        x = net.emit.op("Add", x, net.rows(types, net.tokens("token_type_ids")));
        x = net.norm(x, name + "LayerNorm", narrow, epsilon);
        x = net.linear(x, prefix + "encoder.embedding_hidden_mapping_in", width, narrow);
        String bias = net.maskBias(mask);
        for (int i = 0; i < layers; i++) {
            int group = (int) (i / ((double) layers / groups));
            for (int j = 0; j < config.layers("inner_group_num", 1); j++) {
                x = layer(
                        net,
                        x,
                        prefix + "encoder.albert_layer_groups." + group + ".albert_layers." + j + ".",
                        width,
                        epsilon,
                        bias);
            }
        }
        String pooled = pooler ? pooled(net, x, prefix + "pooler", width) : null;
        return new Encoded(x, width, pooled, ids, mask, table, narrow, vocabulary, epsilon);
    }

    private static @Nullable String pooled(Net net, String x, String name, int width) {
        return BertFamily.pooled(net, x, name, width);
    }

    private static String layer(Net net, String x, String layer, int width, float epsilon, String bias) {
        int heads = net.config.size("num_attention_heads", 64);
        int inner = net.config.size("intermediate_size", 16384);
        int size = net.config.headWidth(width, heads);
        String attention = layer + "attention.";
        String seen = net.attention(
                net.linear(x, attention + "query", width, width),
                net.linear(x, attention + "key", width, width),
                net.linear(x, attention + "value", width, width),
                heads,
                size,
                Math.sqrt(size),
                bias);
        String sum = net.emit.op("Add", net.linear(seen, attention + "dense", width, width), x);
        String middle = net.norm(sum, attention + "LayerNorm", width, epsilon);
        String wide = net.activation("hidden_act", "gelu_new", net.linear(middle, layer + "ffn", inner, width));
        String out = net.emit.op("Add", net.linear(wide, layer + "ffn_output", width, inner), middle);
        return net.norm(out, layer + "full_layer_layer_norm", width, epsilon);
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of(
                "ForSequenceClassification", Heads.classifier(true),
                "ForTokenClassification", Heads.tokens(),
                "ForQuestionAnswering", Heads.answers(),
                "ForMaskedLM", Head.of((net, encoded) -> words(net, encoded, "logits")),
                "ForPreTraining",
                        Head.pooled((net, encoded) -> {
                            words(net, encoded, "prediction_logits");
                            String vector = encoded.pooled() == null ? net.first(encoded.hidden()) : encoded.pooled();
                            int labels = net.config.labels();
                            String order = net.linear(vector, "sop_classifier.classifier", labels, encoded.width());
                            net.output(order, "sop_logits", Net.BATCH, Dim.of(labels));
                        }));
    }

    private static void words(Net net, Encoded encoded, String output) {
        int width = encoded.embeddingWidth();
        String dense = net.linear(encoded.hidden(), "predictions.dense", width, encoded.width());
        String x = net.norm(
                net.activation("hidden_act", "gelu_new", dense), "predictions.LayerNorm", width, encoded.epsilon());
        String decoder = "predictions.decoder";
        String scores = Heads.biased(net, encoded, Heads.tied(net, encoded, decoder, x), decoder, "predictions.bias");
        net.output(scores, output, Net.BATCH, Net.SEQUENCE, Dim.of(encoded.vocabulary()));
    }
}
