package io.edgeai.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What one call costs, back to back or paced, on every side in one JVM: the sides take turns in slices, so that whatever else
 * the machine does meets all of them. Back to back, the median latency and the bytes allocated count; paced at a rate, the CPU
 * time of the whole process, with all that spins or wakes.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.CallComparison -Dbench="--rounds 20 --rate 1000"
 * }</pre>
 */
public final class CallComparison {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private CallComparison() {}

    /**
     * What the slices of a side gave.
     *
     * @param p50Nanos median over all calls of the slice, and of the slices their median
     * @param bytes allocated on the caller's thread, for each call
     * @param cores CPU time of the process over the time that passed; of paced calls, over the time they were due in, so that
     *     a slice that fell behind does not look cheaper
     */
    record Row(PredictSide side, double p50Nanos, double bytes, double cores) {}

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        int rounds = options.number("--rounds", 20);
        StringBuilder text = new StringBuilder(
                """
                | model | calls | side | p50 µs | ÷ PINNED | B/op | cores |
                |---|---|---|---|---|---|---|
                """);
        List<String> json = new ArrayList<>();
        for (String name : options.list("--models", BenchModel.SMALL_MLP, BenchModel.SMALL_CONV)) {
            BenchModel model = BenchModel.valueOf(name);
            List<PredictSide> near = List.of(PredictSide.PINNED, PredictSide.ENDPOINT, PredictSide.AUDITED_SPLIT);
            add(text, json, model, "back to back", measure(model, near, rounds, 20_000, 0));
            int rate = options.number("--rate", 1000);
            List<PredictSide> paced = new ArrayList<>(near);
            paced.add(PredictSide.PINNED_DEFAULTS);
            add(text, json, model, rate + " a second", measure(model, paced, rounds / 4, rate, 1_000_000_000L / rate));
        }
        System.out.println(text);
        options.write("call", text.toString(), json);
    }

    private static void add(StringBuilder text, List<String> json, BenchModel model, String calls, List<Row> rows) {
        double pinned = rows.get(0).p50Nanos();
        for (Row row : rows) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.2f | %.2f | %.0f | %.3f |%n",
                    model,
                    calls,
                    row.side(),
                    row.p50Nanos() / 1000,
                    row.p50Nanos() / pinned,
                    row.bytes(),
                    row.cores()));
            json.add(String.format(
                    Locale.ROOT,
                    "{\"model\":\"%s\",\"calls\":\"%s\",\"side\":\"%s\",\"p50\":%.0f,\"bytes\":%.1f,\"cores\":%.4f}",
                    model,
                    calls,
                    row.side(),
                    row.p50Nanos(),
                    row.bytes(),
                    row.cores()));
        }
    }

    /** @param gapNanos between two calls, 0 for none */
    static List<Row> measure(BenchModel model, List<PredictSide> sides, int rounds, int calls, long gapNanos)
            throws Exception {
        List<Lane> lanes = new ArrayList<>();
        try {
            for (PredictSide side : sides) {
                PredictSide.Served served = side.serve(model);
                Lane lane = new Lane(side, served, served.calls().forThisThread(), new ArrayList<>());
                lanes.add(lane);
                slice(side, lane.call(), model, 2 * calls, 0);
            }
            for (int round = 0; round < Math.max(1, rounds); round++) {
                for (Lane lane : lanes) {
                    lane.slices().add(slice(lane.side(), lane.call(), model, calls, gapNanos));
                }
            }
        } finally {
            for (Lane lane : lanes) {
                lane.served().closing().close();
            }
        }
        return lanes.stream().map(lane -> median(lane.side(), lane.slices())).toList();
    }

    private record Lane(PredictSide side, PredictSide.Served served, PredictSide.Call call, List<Row> slices) {}

    private static Row slice(PredictSide side, PredictSide.Call call, BenchModel model, int calls, long gapNanos)
            throws Exception {
        float[] input = model.input(1);
        long[] nanos = new long[calls];
        CpuClock cpu = CpuClock.start();
        long own = Thread.currentThread().getId();
        long began = System.nanoTime();
        long cpuBegan = cpu.nanos();
        long bytesBegan = THREADS.getThreadAllocatedBytes(own);
        for (int i = 0; i < calls; i++) {
            Pace.until(began + i * gapNanos);
            long start = System.nanoTime();
            call.predict(input);
            nanos[i] = System.nanoTime() - start;
        }
        double bytes = (double) (THREADS.getThreadAllocatedBytes(own) - bytesBegan) / calls;
        long due = gapNanos > 0 ? calls * gapNanos : System.nanoTime() - began;
        double cores = (double) (cpu.nanos() - cpuBegan) / due;
        Arrays.sort(nanos);
        return new Row(side, nanos[calls / 2], bytes, cores);
    }

    /** Each figure's median over the slices. */
    private static Row median(PredictSide side, List<Row> slices) {
        double[] p50 = slices.stream().mapToDouble(Row::p50Nanos).sorted().toArray();
        double[] bytes = slices.stream().mapToDouble(Row::bytes).sorted().toArray();
        double[] cores = slices.stream().mapToDouble(Row::cores).sorted().toArray();
        int middle = slices.size() / 2;
        return new Row(side, p50[middle], bytes[middle], cores[middle]);
    }
}
