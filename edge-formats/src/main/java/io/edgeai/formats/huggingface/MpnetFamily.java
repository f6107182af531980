package io.edgeai.formats.huggingface;

import java.util.Map;

/** MPNet: RoBERTa's positions, and a bias by distance that all layers share. */
final class MpnetFamily implements Family {
    private static final int BUCKETS = 32;
    private static final int FARTHEST = 128;
    private static final int PADDING = 1;

    @Override
    public String prefix() {
        return "mpnet.";
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        config.only("relative_attention_num_buckets", Integer.toString(BUCKETS));
        int width = config.size("hidden_size", 768);
        int heads = config.size("num_attention_heads", 12);
        int inner = config.size("intermediate_size", 3072);
        int vocabulary = config.size("vocab_size", 30527);
        float epsilon = config.positive("layer_norm_eps", 1e-12);
        int size = config.headWidth(width, heads);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        String table = prefix + "embeddings.word_embeddings.weight";
        String positions = net.weights.tensor(
                prefix + "embeddings.position_embeddings.weight", config.size("max_position_embeddings", 512), width);
        String x = net.emit.op(
                "Add",
                net.rows(net.weights.tensor(table, vocabulary, width), ids),
                net.rows(positions, BertFamily.countedPositions(net, ids, PADDING)));
        x = net.norm(x, prefix + "embeddings.LayerNorm", width, epsilon);
        String distance =
                Distances.bias(net, ids, prefix + "encoder.relative_attention_bias.weight", BUCKETS, heads, FARTHEST);
        String bias = net.maskBias(mask);
        for (int i = 0; i < config.layers("num_hidden_layers", 12); i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            String self = layer + "attention.attn.";
            String seen = net.attention(
                    net.linear(x, self + "q", width, width),
                    net.linear(x, self + "k", width, width),
                    net.linear(x, self + "v", width, width),
                    heads,
                    size,
                    Math.sqrt(size),
                    distance,
                    bias);
            String sum = net.emit.op("Add", net.linear(seen, self + "o", width, width), x);
            String middle = net.norm(sum, layer + "attention.LayerNorm", width, epsilon);
            x = BertFamily.feedForward(net, middle, layer, width, inner);
            x = net.norm(x, layer + "output.LayerNorm", width, epsilon);
        }
        String pooled = pooler ? BertFamily.pooled(net, x, prefix + "pooler.dense", width) : null;
        return new Encoded(x, width, pooled, ids, mask, table, width, vocabulary, epsilon);
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of(
                "ForSequenceClassification", Heads.twoLayers("tanh"),
                "ForTokenClassification", Heads.tokens(),
                "ForQuestionAnswering", Heads.answers(),
                "ForMaskedLM",
                        Heads.words("lm_head.dense", "gelu", "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"));
    }
}
