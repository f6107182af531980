package io.edgeai.formats.huggingface;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.List;
import java.util.Map;

/** Vision transformers: an image is cut into patches, which are the tokens. */
final class VitFamily implements Family {
    @Override
    public String prefix() {
        return "vit.";
    }

    @Override
    public Encoded body(Net net, String prefix, boolean pooler) {
        Config config = net.config;
        int width = config.size("hidden_size", 768);
        int heads = config.size("num_attention_heads", 12);
        int inner = config.size("intermediate_size", 3072);
        float epsilon = config.positive("layer_norm_eps", 1e-12);
        int size = config.headWidth(width, heads);
        boolean biased = config.flag("qkv_bias", true);
        String x = embeddings(net, prefix + "embeddings.", width);
        for (int i = 0; i < config.layers("num_hidden_layers", 12); i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            String self = layer + "attention.attention.";
            String normed = net.norm(x, layer + "layernorm_before", width, epsilon);
            String seen = net.attention(
                    part(net, normed, self + "query", width, biased),
                    part(net, normed, self + "key", width, biased),
                    part(net, normed, self + "value", width, biased),
                    heads,
                    size,
                    Math.sqrt(size));
            x = net.emit.op("Add", net.linear(seen, layer + "attention.output.dense", width, width), x);
            String again = net.norm(x, layer + "layernorm_after", width, epsilon);
            String wide =
                    net.activation("hidden_act", "gelu", net.linear(again, layer + "intermediate.dense", inner, width));
            x = net.emit.op("Add", net.linear(wide, layer + "output.dense", width, inner), x);
        }
        x = net.norm(x, prefix + "layernorm", width, epsilon);
        String pooled = null;
        if (pooler && net.weights.has(prefix + "pooler.dense.weight")) {
            String dense = net.linear(net.first(x), prefix + "pooler.dense", pooledWidth(config, width), width);
            pooled = net.activation("pooler_act", "tanh", dense);
        }
        return new Encoded(x, width, pooled, "", "", "", 0, 0, epsilon);
    }

    private static String part(Net net, String x, String name, int width, boolean biased) {
        return biased ? net.linear(x, name, width, width) : net.linearWithoutBias(x, name, width, width);
    }

    /** A vector for the whole image, then one for each patch, each with its position. */
    private static String embeddings(Net net, String name, int width) {
        Config config = net.config;
        int image = config.size("image_size", 224, 1, 1 << 14);
        int patch = config.size("patch_size", 16);
        int channels = config.size("num_channels", 3);
        if (image % patch != 0) {
            net.problems.unsupported("image_size (" + image + ") is no multiple of patch_size (" + patch + ")");
        }
        int count = (image / patch) * (image / patch);
        String pixels = net.input(
                "pixel_values", ElementType.FLOAT, List.of(Net.BATCH, Dim.of(channels), Dim.of(image), Dim.of(image)));
        String projection = name + "patch_embeddings.projection";
        String patches = net.emit
                .add(
                        "Conv",
                        pixels,
                        net.weights.tensor(projection + ".weight", width, channels, patch, patch),
                        net.weights.tensor(projection + ".bias", width))
                .attribute("kernel_shape", new long[] {patch, patch})
                .attribute("strides", new long[] {patch, patch})
                .output(0);
        String rows = net.emit.transpose(net.emit.reshape(patches, 0, width, count), 0, 2, 1);
        String batch = net.emit.op(
                "Slice", net.emit.op("Shape", pixels), net.emit.longs(0), net.emit.longs(1), net.emit.longs(0));
        String sizes = net.emit
                .add("Concat", batch, net.emit.constant("token", OnnxTensor.ofLongs(new long[] {1, width}, 2)))
                .attribute("axis", 0)
                .output(0);
        String whole = net.emit.op("Expand", net.weights.tensor(name + "cls_token", 1, 1, width), sizes);
        String all = net.emit.add("Concat", whole, rows).attribute("axis", 1).output(0);
        return net.emit.op("Add", all, net.weights.tensor(name + "position_embeddings", 1, count + 1L, width));
    }

    @Override
    public Dim tokens(Config config) {
        long side = config.size("image_size", 224, 1, 1 << 14) / config.size("patch_size", 16);
        return Dim.of(side * side + 1);
    }

    @Override
    public int pooledWidth(Config config, int width) {
        return config.size("pooler_output_size", width);
    }

    @Override
    public Map<String, Head> heads() {
        return Map.of("ForImageClassification", Heads.classifier(false));
    }
}
