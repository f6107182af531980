package io.edgeai.formats.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.formats.emit.Emitter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The modules that sentence-transformers puts behind a transformer: pooling, dense layers, normalization. */
final class Pooling {
    private static final float LEAST_SUM = 1e-9f;
    private static final float LEAST_LENGTH = 1e-12f;

    private final List<Module> modules;

    private Pooling(List<Module> modules) {
        this.modules = List.copyOf(modules);
    }

    private record Module(String kind, Path folder) {}

    /** What {@code modules.json} lists, or the one in {@code 1_Pooling}; empty where neither is there. */
    static Pooling find(Path folder, Problems problems) {
        List<Module> modules = new ArrayList<>();
        Path list = folder.resolve("modules.json");
        Path single = folder.resolve("1_Pooling");
        if (Files.isRegularFile(list)) {
            for (JsonNode each : Config.json(list)) {
                String type = each.path("type").asText();
                String kind = type.substring(type.lastIndexOf('.') + 1);
                Path inner = folder.resolve(each.path("path").asText()).normalize();
                if (!inner.startsWith(folder.normalize())) {
                    problems.unsupported("modules.json leads out of the folder, to (" + inner + ")");
                } else if (!kind.equals("Transformer")) {
                    modules.add(new Module(kind, inner));
                } else if (!inner.equals(folder.normalize())) {
                    problems.unsupported("modules.json keeps the transformer in (" + inner + "); name that folder");
                }
            }
        } else if (Files.isRegularFile(single.resolve("config.json"))) {
            modules.add(new Module("Pooling", single));
        }
        return new Pooling(modules);
    }

    boolean present() {
        return !modules.isEmpty();
    }

    /** Writes the modules and the output {@code sentence_embedding}. */
    void write(Net net, Encoded encoded) {
        if (encoded.mask().isEmpty()) {
            net.problems.unsupported("modules.json pools a model that has no tokens");
            return;
        }
        String x = "";
        int width = 0;
        for (Module module : modules) {
            switch (module.kind()) {
                case "Pooling" -> {
                    Config config = Config.read(module.folder().resolve("config.json"), net.problems);
                    List<String> parts = pooled(net, encoded, config);
                    x = parts.size() == 1
                            ? parts.get(0)
                            : net.emit
                                    .add("Concat", parts.toArray(String[]::new))
                                    .attribute("axis", 1)
                                    .output(0);
                    width = encoded.width() * parts.size();
                }
                case "Normalize" -> x = normalized(net.emit, x);
                case "Dense" -> {
                    Config config = Config.read(module.folder().resolve("config.json"), net.problems);
                    x = dense(net, module.folder(), config, x, width);
                    width = config.size("out_features", width);
                }
                default -> net.problems.unsupported("module (" + module.kind() + ") of modules.json has no mapping");
            }
            net.notes.add("sentence-transformers " + module.kind() + " -> sentence_embedding");
        }
        if (x.isEmpty() || width == 0) {
            net.problems.unsupported("modules.json names no Pooling");
            return;
        }
        net.output(x, "sentence_embedding", Net.BATCH, Dim.of(width));
    }

    private static List<String> pooled(Net net, Encoded encoded, Config config) {
        Emitter emit = net.emit;
        String x = encoded.hidden();
        String mask = emit.op("Unsqueeze", emit.cast(encoded.mask(), ElementType.FLOAT), emit.longs(2));
        List<String> parts = new ArrayList<>();
        if (config.flag("pooling_mode_cls_token", false)) {
            parts.add(net.first(x));
        }
        if (config.flag("pooling_mode_max_tokens", false)) {
            String hidden = emit.op("Equal", mask, emit.scalar(0f));
            String shown = emit.op("Where", hidden, emit.scalar(-1e9f), x);
            parts.add(emit.add("ReduceMax", shown)
                    .attribute("axes", new long[] {1})
                    .attribute("keepdims", 0)
                    .output(0));
        }
        if (config.flag("pooling_mode_mean_tokens", true)) {
            parts.add(emit.op("Div", sum(emit, emit.op("Mul", x, mask)), count(emit, mask)));
        }
        if (config.flag("pooling_mode_mean_sqrt_len_tokens", false)) {
            parts.add(emit.op("Div", sum(emit, emit.op("Mul", x, mask)), emit.op("Sqrt", count(emit, mask))));
        }
        for (String other : List.of("pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken")) {
            config.off(other);
        }
        if (parts.isEmpty()) {
            net.problems.unsupported("the pooling switches all modes off");
            parts.add(net.first(x));
        }
        return parts;
    }

    private static String sum(Emitter emit, String x) {
        return emit.add("ReduceSum", x, emit.longs(1)).attribute("keepdims", 0).output(0);
    }

    private static String count(Emitter emit, String mask) {
        return emit.op("Max", sum(emit, mask), emit.scalar(LEAST_SUM));
    }

    private static String normalized(Emitter emit, String x) {
        String length = emit.add("ReduceL2", x)
                .attribute("axes", new long[] {1})
                .attribute("keepdims", new OnnxAttribute.OfInt(1))
                .output(0);
        return emit.op("Div", x, emit.op("Max", length, emit.scalar(LEAST_LENGTH)));
    }

    private static String dense(Net net, Path folder, Config config, String x, int width) {
        Weights files = Weights.find(folder);
        if (files == null) {
            net.problems.unsupported("(" + folder + ") holds no model.safetensors and no pytorch_model.bin");
            return x;
        }
        if (config.size("in_features", width) != width) {
            net.problems.damaged(
                    "the dense module takes " + config.size("in_features", width) + " features, not " + width);
        }
        Checkpoint weights = new Checkpoint(files, net.emit, net.problems);
        int out = config.size("out_features", width);
        String y = net.emit.op("MatMul", x, weights.transposed("linear.weight", out, width));
        if (config.flag("bias", true)) {
            y = net.emit.op("Add", y, weights.tensor("linear.bias", out));
        }
        String type = config.text("activation_function", "torch.nn.modules.activation.Tanh");
        String name = type.substring(type.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return net.activate(name.equals("identity") ? "linear" : name, y, "activation_function");
    }
}
