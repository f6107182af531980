package io.edgeai.benchmarks;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.serving.ModelEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * How late is a model that never ends stopped, and what is left of the capacity when three times as many requests come
 * as it can answer? Requests arrive at even times, whatever became of those before, from a thread of this process that takes
 * its part of the processors. So capacity is measured twice: alone, with as many requests in flight as keep the endpoint busy,
 * and in the same way while that thread sends as many requests nowhere. Rounds interleave the three.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.OverloadComparison -Dbench="--out target/overload"
 * }</pre>
 *
 * Options: {@code --models SMALL_CONV,path/to/a.onnx}, {@code --times 3}, {@code --rounds 5}, {@code --millis 1000} for each
 * of the three in a round, {@code --deadline 50} in milliseconds, {@code --stops 100}, {@code --out FOLDER}.
 */
public final class OverloadComparison {
    private OverloadComparison() {}

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        String text = runaway(options.number("--stops", 100)) + OverloadLoad.HEADER;
        System.out.print(text);
        for (String model : options.list("--models", "SMALL_MLP", "MID_MLP", "GEMM_1024", "SMALL_CONV")) {
            String row = overload(
                    model,
                    options.number("--deadline", 50),
                    options.number("--times", 3),
                    options.number("--millis", 1000),
                    options.number("--rounds", 5));
            System.out.print(row);
            text += row;
        }
        options.write("overload", text, List.of());
    }

    static String overload(String model, int deadlineMillis, int times, int millis, int rounds) throws Exception {
        try (ModelEndpoint endpoint = endpoint(bytes(model), deadlineMillis)) {
            return new OverloadLoad(endpoint, times, millis).measure(rounds).markdown(model);
        }
    }

    /** A network that the benchmark makes, or a file. */
    private static byte[] bytes(String model) throws IOException {
        return model.endsWith(".onnx")
                ? Files.readAllBytes(Path.of(model))
                : ServedNet.valueOf(model).bytes();
    }

    private static ModelEndpoint endpoint(byte[] model, int millis) {
        return ModelEndpoint.builder()
                .opener(version -> new OnnxRuntimeEngine().open(model, SessionOptions.defaults()))
                .split(TrafficSplit.all(VersionRef.of("bench", 1)))
                .deadline(Duration.ofMillis(millis))
                .build();
    }

    /** What follows on the same slot has a minute, so that a busy machine does not pass for a wrong answer. */
    static String runaway(int stops) {
        Histogram late = new Histogram(1_000, 10_000_000_000L, 3);
        Map<String, Tensor> endless = Map.of("x", Tensor.of(new float[] {0x1p50f}));
        int wrong = 0;
        try (ModelEndpoint endpoint = endpoint(EndlessModel.countTo(), 60_000)) {
            for (int i = 0; i < stops; i++) {
                long start = System.nanoTime();
                try {
                    endpoint.predict(endless, Duration.ofMillis(20));
                    wrong++;
                } catch (InferenceTimeoutException e) {
                    late.recordValue(Math.max(0, System.nanoTime() - start - 20_000_000));
                }
                wrong += endpoint.predict(new float[] {3})[0] == 3 ? 0 : 1;
            }
        }
        return String.format(
                Locale.ROOT,
                "- a run without end is stopped %.2f ms (median), %.2f ms (p99) after its deadline of 20 ms; %d of %d"
                        + " wrong, here or in the request that followed on the same slot%n",
                late.getValueAtPercentile(50) / 1e6,
                late.getValueAtPercentile(99) / 1e6,
                wrong,
                stops);
    }
}
