package io.edgeai.benchmarks;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.serving.ModelEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How late is a model that never ends stopped, and what is left of the capacity when three times as many requests come
 * as it can answer? Requests arrive at even times, whatever became of those before; capacity is measured with as many
 * callers as keep the endpoint busy.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.OverloadComparison -Dbench="--out target/overload"
 * }</pre>
 *
 * Options: {@code --models SMALL_CONV}, {@code --times 3}, {@code --seconds 8}, {@code --deadline 50} in milliseconds, {@code --stops 100}, {@code --out FOLDER}.
 */
public final class OverloadComparison {
    private static final int WARM_UPS = 3;

    private OverloadComparison() {}

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        String text = runaway(options.number("--stops", 100))
                + overload(
                        ServedNet.valueOf(
                                options.list("--models", ServedNet.SMALL_CONV).get(0)),
                        options.number("--seconds", 8),
                        options.number("--deadline", 50),
                        options.number("--times", 3));
        System.out.println(text);
        options.write("overload", text, List.of());
    }

    private static ModelEndpoint endpoint(byte[] model, int millis) {
        return ModelEndpoint.builder()
                .opener(version -> new OnnxRuntimeEngine().open(model, SessionOptions.defaults()))
                .split(TrafficSplit.all(VersionRef.of("bench", 1)))
                .deadline(Duration.ofMillis(millis))
                .maxQueue(100_000)
                .build();
    }

    /** What follows on the same slot has a minute, so that a busy machine does not pass for a wrong answer. */
    static String runaway(int stops) {
        Histogram late = new Histogram(1_000, 10_000_000_000L, 3);
        Map<String, Tensor> endless = Map.of("x", Tensor.of(new float[] {0x1p50f}));
        int wrong = 0;
        try (ModelEndpoint endpoint = endpoint(countTo(), 60_000)) {
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

    /** @param times of the capacity measured before that are offered; what was offered of that after and before is said */
    static String overload(ServedNet net, int seconds, int deadlineMillis, int times) throws Exception {
        try (PinnedModel pinned = new PinnedModel(net);
                ModelEndpoint endpoint = endpoint(net.bytes(), deadlineMillis)) {
            ServingLoad load = new ServingLoad(net, pinned, endpoint, 64, 1000L * seconds / 2);
            for (int i = 0; i < WARM_UPS; i++) {
                load.run(ServingLoad.Side.ASYNC);
            }
            double before = load.run(ServingLoad.Side.ASYNC).perSecond();
            Outcome outcome = arrivals(endpoint, net, times * before, seconds);
            double after = load.run(ServingLoad.Side.ASYNC).perSecond();
            double capacity = (before + after) / 2;
            return String.format(
                    Locale.ROOT,
                    "- %s: capacity %.0f/s; offered %.0f/s (%.2f ×), answered %.0f/s: goodput **%.2f** of capacity; of the"
                            + " accepted, p50 %.1f ms, p99 **%.1f ms** (deadline %d ms); refused at once %.0f %%, timed"
                            + " out %.2f %%%n",
                    net,
                    capacity,
                    outcome.offered / outcome.seconds,
                    outcome.offered / outcome.seconds / capacity,
                    outcome.answered.sum() / outcome.seconds,
                    outcome.answered.sum() / outcome.seconds / capacity,
                    outcome.latencies.getValueAtPercentile(50) / 1e6,
                    outcome.latencies.getValueAtPercentile(99) / 1e6,
                    deadlineMillis,
                    100.0 * outcome.refused.sum() / outcome.offered,
                    100.0 * outcome.late.sum() / outcome.offered);
        }
    }

    private static final class Outcome {
        final LongAdder answered = new LongAdder();
        final LongAdder refused = new LongAdder();
        final LongAdder late = new LongAdder();
        final Histogram latencies = new ConcurrentHistogram(1_000, 60_000_000_000L, 2);
        long offered;
        double seconds;
    }

    private static Outcome arrivals(ModelEndpoint endpoint, ServedNet net, double perSecond, int seconds)
            throws InterruptedException {
        Outcome outcome = new Outcome();
        float[] input = net.input(1);
        long began = System.nanoTime();
        long end = began + seconds * 1_000_000_000L;
        long now = began;
        while (now < end) {
            long due = (long) ((now - began) / 1e9 * perSecond);
            while (outcome.offered < due) {
                outcome.offered++;
                offer(endpoint, input, outcome);
            }
            LockSupport.parkNanos(200_000);
            now = System.nanoTime();
        }
        outcome.seconds = (now - began) / 1e9;
        while (outcome.answered.sum() + outcome.refused.sum() + outcome.late.sum() < outcome.offered) {
            Thread.sleep(5);
        }
        return outcome;
    }

    private static void offer(ModelEndpoint endpoint, float[] input, Outcome outcome) {
        long start = System.nanoTime();
        try {
            var ignored = endpoint.predictAsync(input).whenComplete((answer, error) -> {
                outcome.latencies.recordValue(Math.min(System.nanoTime() - start, 60_000_000_000L));
                (error == null ? outcome.answered : outcome.late).increment();
            });
        } catch (OverloadedException e) {
            outcome.refused.increment();
        }
    }

    /** Counts to the number given, in a Loop. */
    static byte[] countTo() {
        OnnxGraph graph = OnnxGraph.create("count", 17);
        graph.inputs().add(value("x", ElementType.FLOAT));
        graph.add("Cast", "cast", List.of("x"), List.of("n")).attribute("to", ElementType.INT64.onnxCode());
        graph.initializers().put("go", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        graph.initializers().put("start", OnnxTensor.scalar(0f));
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.inputs().add(value("i", ElementType.INT64));
        body.inputs().add(value("c", ElementType.BOOL));
        body.inputs().add(value("v", ElementType.FLOAT));
        body.initializers().put("step", OnnxTensor.scalar(1f));
        body.add("Identity", "again", List.of("c"), List.of("c2"));
        body.add("Add", "add", List.of("v", "step"), List.of("v2"));
        body.outputs().add(value("c2", ElementType.BOOL));
        body.outputs().add(value("v2", ElementType.FLOAT));
        graph.add("Loop", "loop", List.of("n", "go", "start"), List.of("count"))
                .attribute("body", new OnnxAttribute.OfGraph(body));
        graph.outputs().add(value("count", ElementType.FLOAT));
        return OnnxWriter.toBytes(graph);
    }

    private static OnnxValue value(String name, ElementType type, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims)));
    }
}
