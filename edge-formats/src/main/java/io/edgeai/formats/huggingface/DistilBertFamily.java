package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import java.util.Map;

/** DistilBERT: BERT's layers under other names, without token types and without pooler. */
final class DistilBertFamily implements Family {
    private static final float EPSILON = 1e-12f;

    @Override
    public String prefix() {
        return "distilbert.";
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        int width = config.size("dim", 768);
        int heads = config.size("n_heads", 12);
        int inner = config.size("hidden_dim", 3072);
        int vocabulary = config.size("vocab_size", 30522);
        int size = config.headWidth(width, heads);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        String table = prefix + "embeddings.word_embeddings.weight";
        String positions = net.weights.tensor(
                prefix + "embeddings.position_embeddings.weight", config.size("max_position_embeddings", 512), width);
        String x = net.emit.op(
                "Add", net.rows(net.weights.tensor(table, vocabulary, width), ids), net.firstRows(positions, ids));
        x = net.norm(x, prefix + "embeddings.LayerNorm", width, EPSILON);
        String bias = net.maskBias(mask);
        for (int i = 0; i < config.layers("n_layers", 6); i++) {
            String layer = prefix + "transformer.layer." + i + ".";
            String seen = net.attention(
                    net.linear(x, layer + "attention.q_lin", width, width),
                    net.linear(x, layer + "attention.k_lin", width, width),
                    net.linear(x, layer + "attention.v_lin", width, width),
                    heads,
                    size,
                    Math.sqrt(size),
                    bias);
            String sum = net.emit.op("Add", net.linear(seen, layer + "attention.out_lin", width, width), x);
            x = net.norm(sum, layer + "sa_layer_norm", width, EPSILON);
            String wide = net.linear(x, layer + "ffn.lin1", inner, width);
            String active = net.activation("activation", "gelu", wide);
            String out = net.emit.op("Add", net.linear(active, layer + "ffn.lin2", width, inner), x);
            x = net.norm(out, layer + "output_layer_norm", width, EPSILON);
        }
        return new Encoded(x, width, null, ids, mask, table, width, vocabulary, EPSILON);
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of(
                "ForSequenceClassification", Head.of(DistilBertFamily::classes),
                "ForTokenClassification", Heads.tokens(),
                "ForQuestionAnswering", Heads.answers(),
                "ForMaskedLM", Head.of(DistilBertFamily::words));
    }

    private static void classes(Net net, Encoded encoded) {
        int width = encoded.width();
        String dense = net.emit.op("Relu", net.linear(net.first(encoded.hidden()), "pre_classifier", width, width));
        Heads.classes(net, net.linear(dense, "classifier", net.config.labels(), width));
    }

    private static void words(Net net, Encoded encoded) {
        int width = encoded.width();
        String dense = net.linear(encoded.hidden(), "vocab_transform", width, width);
        String x = net.norm(net.activation("activation", "gelu", dense), "vocab_layer_norm", width, EPSILON);
        String scores = net.emit.op(
                "Add",
                Heads.tied(net, encoded, "vocab_projector", x),
                net.weights.tensor("vocab_projector.bias", encoded.vocabulary()));
        net.output(scores, "logits", Net.BATCH, Net.SEQUENCE, Dim.of(encoded.vocabulary()));
    }
}
