package io.edgeai.benchmarks;

import io.edgeai.EdgeAI;
import io.edgeai.Serving;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.serving.ModelEndpoint;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How long after the decision to go back does the other version answer, and what becomes of the requests meanwhile? Callers ask
 * without a pause while two warm versions take turns: by the endpoint's split alone, which is what a guardrail waits for, and by
 * the registry's durable promotion and rollback.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.RollbackUnderLoad -Dbench="--out target/rollback"
 * }</pre>
 *
 * Options: {@code --swaps 1000}, {@code --requests 1000000}, {@code --callers 2}, {@code --warm 0} (swaps before those that are
 * told, with as many requests each), {@code --out FOLDER}.
 */
public final class RollbackUnderLoad {
    private static final String MODEL = "bench";
    private static final long LOOK_NANOS = 100_000;
    private static final long NEVER = Long.MIN_VALUE / 2;

    RollbackUnderLoad() {}

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        int swaps = options.number("--swaps", 1000);
        int requests = options.number("--requests", 1_000_000);
        Path home = Files.createTempDirectory("rollback");
        String text;
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            RollbackUnderLoad bench = new RollbackUnderLoad();
            int callers = options.number("--callers", 2);
            int warm = options.number("--warm", 0);
            if (warm > 0) {
                Result before = bench.run(edge, warm, (int) ((long) requests * warm / swaps), callers, Way.SPLIT);
                System.out.println(before.text("by the split, warming up"));
            }
            text = bench.run(edge, swaps, requests, callers, Way.SPLIT).text("by the split")
                    + bench.run(edge, swaps / 5, requests / 5, callers, Way.REGISTRY)
                            .text("by the registry, durable");
        }
        System.out.println(text);
        options.write("rollback", text, List.of());
    }

    /** How the other version comes to answer. */
    enum Way {
        SPLIT,
        REGISTRY
    }

    /**
     * What happened.
     *
     * @param late answers of the version before to requests that began after the swap
     * @param met how long after the decision the last request began that the version before answered, 0 where none did
     * @param nanos how long after the decision the call for the swap was done
     */
    record Result(
            long requests,
            long failed,
            long wrong,
            long late,
            int swaps,
            Histogram met,
            Histogram nanos,
            Histogram cpuNanos,
            long collectorMillis) {
        String text(String how) {
            return String.format(
                    Locale.ROOT,
                    "- %s: %d swaps, %d requests, %d failed, %d wrong, %d answered by the version before after a swap;"
                            + " after the decision the version before met requests for %.4f ms (median), %.4f (p99),"
                            + " %.4f (longest);"
                            + " the call took %.4f ms (median), %.4f (p99), %.4f (longest), of its thread's CPU %.4f,"
                            + " %.4f, %.4f; %d ms of garbage collection in all%n",
                    how,
                    swaps,
                    requests,
                    failed,
                    wrong,
                    late,
                    met.getValueAtPercentile(50) / 1e6,
                    met.getValueAtPercentile(99) / 1e6,
                    met.getMaxValue() / 1e6,
                    nanos.getValueAtPercentile(50) / 1e6,
                    nanos.getValueAtPercentile(99) / 1e6,
                    nanos.getMaxValue() / 1e6,
                    cpuNanos.getValueAtPercentile(50) / 1e6,
                    cpuNanos.getValueAtPercentile(99) / 1e6,
                    cpuNanos.getMaxValue() / 1e6,
                    collectorMillis);
        }
    }

    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private volatile boolean over;

    Result run(EdgeAI edge, int swaps, int requests, int callers, Way way) throws InterruptedException {
        VersionRef[] versions = versions(edge);
        for (LongAdder count : List.of(asked, failed, wrong)) {
            count.reset();
        }
        over = false;
        Histogram met = new Histogram(100, 60_000_000_000L, 3);
        Histogram nanos = new Histogram(100, 60_000_000_000L, 3);
        Histogram cpuNanos = new Histogram(100, 60_000_000_000L, 3);
        ThreadMXBean thisThread = ManagementFactory.getThreadMXBean();
        long collecting = collecting();
        long late = 0;
        try (ModelEndpoint endpoint = edge.serve(MODEL, Serving::noDeadline)) {
            swap(edge, endpoint, versions[1], way);
            List<Thread> threads = new ArrayList<>();
            List<AtomicLongArray> began = new ArrayList<>();
            for (int caller = 0; caller < callers; caller++) {
                AtomicLongArray own = new AtomicLongArray(new long[] {0, NEVER, NEVER});
                began.add(own);
                Thread thread = new Thread(() -> ask(endpoint, own), "caller-" + caller);
                thread.start();
                threads.add(thread);
            }
            for (int swap = 0; swap < swaps; swap++) {
                untilAsked((long) requests * swap / swaps);
                VersionRef next = versions[swap % 2];
                long cpu = thisThread.getCurrentThreadCpuTime();
                long decided = System.nanoTime();
                swap(edge, endpoint, next, way);
                nanos.recordValue(System.nanoTime() - decided);
                cpuNanos.recordValue(thisThread.getCurrentThreadCpuTime() - cpu);
                late += answer(endpoint) == next.number() ? 0 : 1;
                untilAllAskedAgain(began);
                met.recordValue(Math.max(0, lastBegan(began, 3 - next.number()) - decided));
            }
            untilAsked(requests);
            over = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return new Result(
                asked.sum(), failed.sum(), wrong.sum(), late, swaps, met, nanos, cpuNanos, collecting() - collecting);
    }

    /** Sleeps between looks, as whoever decides does until there is something to decide: it takes no core from the callers. */
    private void untilAsked(long requests) {
        while (asked.sum() < requests) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static void untilAllAskedAgain(List<AtomicLongArray> callers) {
        long[] before =
                callers.stream().mapToLong(caller -> caller.getAcquire(0)).toArray();
        for (int i = 0; i < before.length; i++) {
            while (callers.get(i).getAcquire(0) < before[i] + 2) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
    }

    private static long lastBegan(List<AtomicLongArray> began, int version) {
        return began.stream().mapToLong(own -> own.getAcquire(version)).max().orElseThrow();
    }

    private static long collecting() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    /** Version n answers n; both are validated, the first is active. */
    private static VersionRef[] versions(EdgeAI edge) {
        if (edge.registry().versions(MODEL).isEmpty()) {
            for (int number = 1; number <= 2; number++) {
                byte[] model = times(number);
                VersionRef ref = edge.registry().register(MODEL, model, r -> {}).ref();
                edge.registry().promote(ref, "bench");
            }
        }
        VersionRef first = VersionRef.of(MODEL, 1);
        if (!edge.registry().active(MODEL).ref().equals(first)) {
            edge.registry().promote(first, "begins");
        }
        return new VersionRef[] {first, VersionRef.of(MODEL, 2)};
    }

    private static void swap(EdgeAI edge, ModelEndpoint endpoint, VersionRef next, Way way) {
        if (way == Way.SPLIT) {
            endpoint.split(TrafficSplit.all(next));
        } else if (!edge.registry().active(MODEL).ref().equals(next)) {
            edge.registry().promote(next, "turn");
        }
    }

    /** @param began where to leave how many requests there were, and when the last one began that each version answered */
    private void ask(ModelEndpoint endpoint, AtomicLongArray began) {
        while (!over) {
            try {
                long now = System.nanoTime();
                int answer = answer(endpoint);
                if (answer == 1 || answer == 2) {
                    began.setRelease(answer, now);
                } else {
                    wrong.increment();
                }
            } catch (EdgeException e) {
                failed.increment();
            }
            asked.increment();
            began.setRelease(0, began.getPlain(0) + 1);
        }
    }

    private static int answer(ModelEndpoint endpoint) {
        return Math.round(endpoint.predict(new float[] {1})[0]);
    }

    private static byte[] times(float factor) {
        OnnxGraph graph = OnnxGraph.create("times", 17);
        OnnxType type = new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(1)));
        graph.inputs().add(new OnnxValue("x", type));
        graph.outputs().add(new OnnxValue("y", type));
        graph.initializers().put("k", OnnxTensor.scalar(factor));
        graph.add("Mul", "mul", List.of("x", "k"), List.of("y"));
        return OnnxWriter.toBytes(graph);
    }
}
