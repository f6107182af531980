package io.edgeai.formats.huggingface;

import io.edgeai.formats.emit.Emitter;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** Activation functions by the names that configurations use, each written as it is defined there. */
final class Activation {
    private static final Map<String, BiFunction<Emitter, String, String>> ALL =
            Collections.unmodifiableMap(new TreeMap<>(Map.ofEntries(
                    Map.entry("gelu", Activation::gelu),
                    Map.entry("gelu_python", Activation::gelu),
                    Map.entry("gelu_new", Activation::geluNew),
                    Map.entry("gelu_pytorch_tanh", Activation::geluNew),
                    Map.entry("gelu_fast", Activation::geluFast),
                    Map.entry(
                            "quick_gelu", (emit, x) -> emit.op("Mul", x, emit.op("Sigmoid", scaled(emit, x, 1.702f)))),
                    Map.entry("silu", (emit, x) -> emit.op("Mul", x, emit.op("Sigmoid", x))),
                    Map.entry("swish", (emit, x) -> emit.op("Mul", x, emit.op("Sigmoid", x))),
                    Map.entry("mish", (emit, x) -> emit.op("Mul", x, emit.op("Tanh", emit.op("Softplus", x)))),
                    Map.entry("relu", (emit, x) -> emit.op("Relu", x)),
                    Map.entry("relu2", (emit, x) -> square(emit, emit.op("Relu", x))),
                    Map.entry("relu6", (emit, x) -> emit.op("Clip", x, emit.scalar(0f), emit.scalar(6f))),
                    Map.entry("tanh", (emit, x) -> emit.op("Tanh", x)),
                    Map.entry("sigmoid", (emit, x) -> emit.op("Sigmoid", x)),
                    Map.entry("linear", (emit, x) -> x))));

    private Activation() {}

    static Set<String> names() {
        return ALL.keySet();
    }

    static boolean known(String name) {
        return ALL.containsKey(name);
    }

    static String apply(Emitter emit, String name, String x) {
        return Objects.requireNonNull(ALL.get(name), name).apply(emit, x);
    }

    /** x/2 · (1 + erf(x/√2)), in the order the engine joins to one operator. */
    private static String gelu(Emitter emit, String x) {
        String erf = emit.op("Erf", emit.op("Div", x, emit.scalar((float) Math.sqrt(2))));
        return emit.op("Mul", emit.op("Mul", x, emit.op("Add", erf, emit.scalar(1f))), emit.scalar(0.5f));
    }

    /** x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))). */
    private static String geluNew(Emitter emit, String x) {
        String cube = scaled(emit, emit.op("Pow", x, emit.scalar(3f)), 0.044715f);
        String inner = scaled(emit, emit.op("Add", x, cube), (float) Math.sqrt(2 / Math.PI));
        return half(emit, x, inner);
    }

    private static String geluFast(Emitter emit, String x) {
        String factor = emit.op("Add", scaled(emit, square(emit, x), 0.044715f), emit.scalar(1f));
        return half(emit, x, emit.op("Mul", scaled(emit, x, (float) 0.7978845608), factor));
    }

    private static String half(Emitter emit, String x, String inner) {
        String tanh = emit.op("Add", emit.op("Tanh", inner), emit.scalar(1f));
        return emit.op("Mul", scaled(emit, x, 0.5f), tanh);
    }

    private static String square(Emitter emit, String x) {
        return emit.op("Mul", x, x);
    }

    private static String scaled(Emitter emit, String x, float factor) {
        return emit.op("Mul", x, emit.scalar(factor));
    }
}
