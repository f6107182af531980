package io.edgeai.formats.huggingface;

import java.util.Map;

/** The encoder of T5: normalization by the root mean square, unscaled scores, a bias by distance. */
final class T5Family implements Family {
    @Override
    public String prefix() {
        return "";
    }

    @Override
    public boolean bodyAlone(String architecture) {
        return architecture.endsWith("EncoderModel");
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        int width = config.size("d_model", 512);
        int heads = config.size("num_heads", 8);
        int size = config.size("d_kv", 64);
        int vocabulary = config.size("vocab_size", 32128);
        float epsilon = config.positive("layer_norm_epsilon", 1e-6);
        String ids = net.tokens("input_ids");
        String mask = net.tokens("attention_mask");
        boolean shared = net.weights.has("shared.weight") || !net.weights.has("encoder.embed_tokens.weight");
        String table = shared ? "shared.weight" : "encoder.embed_tokens.weight";
        net.weights.alias("encoder.embed_tokens.weight");
        String x = net.rows(net.weights.tensor(table, vocabulary, width), ids);
        String distance = Distances.bias(
                net,
                ids,
                "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                config.size("relative_attention_num_buckets", 32, 2, 1 << 16),
                heads,
                config.size("relative_attention_max_distance", 128, 2, Distances.FARTHEST));
        String bias = net.emit.op("Add", distance, net.maskBias(mask));
        for (int i = 0; i < config.layers("num_layers", 6); i++) {
            String layer = "encoder.block." + i + ".layer.";
            String self = layer + "0.SelfAttention.";
            String normed = norm(net, x, layer + "0.layer_norm", width, epsilon);
            String seen = net.attention(
                    net.linearWithoutBias(normed, self + "q", heads * size, width),
                    net.linearWithoutBias(normed, self + "k", heads * size, width),
                    net.linearWithoutBias(normed, self + "v", heads * size, width),
                    heads,
                    size,
                    1,
                    bias);
            x = net.emit.op("Add", x, net.linearWithoutBias(seen, self + "o", width, heads * size));
            String again = norm(net, x, layer + "1.layer_norm", width, epsilon);
            x = net.emit.op("Add", x, feedForward(net, again, layer + "1.DenseReluDense.", width));
        }
        x = norm(net, x, "encoder.final_layer_norm", width, epsilon);
        return new Encoded(x, width, null, ids, mask, table, width, vocabulary, epsilon);
    }

    private static String feedForward(Net net, String x, String name, int width) {
        int inner = net.config.size("d_ff", 2048);
        String setting = net.config.text("feed_forward_proj", "relu");
        boolean gated = setting.startsWith("gated-");
        String activation = gated ? setting.substring("gated-".length()) : setting;
        if (gated && activation.equals("gelu")) {
            activation = "gelu_new";
        }
        String wide = net.linearWithoutBias(x, name + (gated ? "wi_0" : "wi"), inner, width);
        wide = net.activate(activation, wide, "feed_forward_proj");
        if (gated) {
            wide = net.emit.op("Mul", wide, net.linearWithoutBias(x, name + "wi_1", inner, width));
        }
        return net.linearWithoutBias(wide, name + "wo", width, inner);
    }

    private static String norm(Net net, String x, String name, int width, float epsilon) {
        String square = net.emit.op("Mul", x, x);
        String mean = net.emit
                .add("ReduceMean", square)
                .attribute("axes", new long[] {-1})
                .output(0);
        String root = net.emit.op("Sqrt", net.emit.op("Add", mean, net.emit.scalar(epsilon)));
        return net.emit.op("Mul", net.emit.op("Div", x, root), net.weights.tensor(name + ".weight", width));
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of();
    }
}
