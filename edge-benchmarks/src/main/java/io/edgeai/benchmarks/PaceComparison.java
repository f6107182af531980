package io.edgeai.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What calls cost that come one by one at a pace, and how much of it no library can spare: the same loop with nothing in it,
 * with ONNX Runtime called by hand, and with two sessions by hand where an endpoint has two versions. In one JVM, the sides
 * take turns in slices; each is held against ONNX Runtime of the same round, so that load meets both.
 *
 * <pre>{@code
 * mvn -q -pl edge-benchmarks exec:exec -Dbench.main=io.edgeai.benchmarks.PaceComparison -Dbench="--rounds 12 --rate 1000"
 * }</pre>
 */
public final class PaceComparison {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private PaceComparison() {}

    /** What is called at each beat. */
    enum Side {
        NOTHING,
        PINNED,
        TWO_PINNED,
        ENDPOINT,
        /** ENDPOINT that would stop a run after 10 s, as {@code edge.serve} does unless told otherwise. */
        DEADLINE,
        AUDITED_SPLIT;

        private PredictSide.Served serve(BenchModel model) throws Exception {
            return switch (this) {
                case NOTHING -> new PredictSide.Served(() -> input -> input, () -> {});
                case PINNED -> PredictSide.PINNED.serve(model);
                case TWO_PINNED -> two(PredictSide.PINNED.serve(model), PredictSide.PINNED.serve(model));
                case ENDPOINT -> PredictSide.ENDPOINT.serve(model);
                case DEADLINE -> PredictSide.endpoint(model, builder -> builder.deadline(Duration.ofSeconds(10)));
                case AUDITED_SPLIT -> PredictSide.AUDITED_SPLIT.serve(model);
            };
        }

        private static PredictSide.Served two(PredictSide.Served one, PredictSide.Served other) {
            return new PredictSide.Served(
                    () -> {
                        PredictSide.Call first = one.calls().forThisThread();
                        PredictSide.Call second = other.calls().forThisThread();
                        return input -> (ThreadLocalRandom.current().nextBoolean() ? first : second).predict(input);
                    },
                    () -> {
                        one.closing().close();
                        other.closing().close();
                    });
        }
    }

    /**
     * What one slice gave, for each call.
     *
     * @param p50Nanos median time from before to after
     * @param callerNanos CPU time of the calling thread, with its waking up
     * @param processNanos CPU time of the process, without the JVM's compilers
     */
    record Slice(double p50Nanos, double callerNanos, double processNanos) {}

    /** A side and its slices, one for each round. */
    record Lane(Side side, List<Slice> slices) {
        double median(ToDoubleFunction<Slice> figure) {
            return middle(slices.stream().mapToDouble(figure));
        }

        /** Over all rounds: the system counts the process in ticks of 10 ms, which a median of slices would show. */
        double mean(ToDoubleFunction<Slice> figure) {
            return slices.stream().mapToDouble(figure).average().orElseThrow();
        }

        /** The median over the rounds of this side's figure over another's in the same round. */
        double against(Lane other, ToDoubleFunction<Slice> figure) {
            return middle(IntStream.range(0, slices.size())
                    .mapToDouble(round -> figure.applyAsDouble(slices.get(round))
                            / figure.applyAsDouble(other.slices().get(round))));
        }

        private static double middle(DoubleStream values) {
            double[] sorted = values.sorted().toArray();
            int half = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }
    }

    public static void main(String[] arguments) throws Exception {
        Arguments options = Arguments.of(arguments);
        int rate = options.number("--rate", 1000);
        StringBuilder text = new StringBuilder(
                """
                | model | a second | side | p50 µs | ÷ PINNED | ÷ TWO_PINNED | caller CPU µs | process CPU µs | cores |
                |---|---|---|---|---|---|---|---|---|
                """);
        List<String> json = new ArrayList<>();
        for (String name : options.list("--models", BenchModel.SMALL_MLP, BenchModel.SMALL_CONV)) {
            BenchModel model = BenchModel.valueOf(name);
            List<Lane> lanes = measure(model, options.number("--rounds", 12), options.number("--calls", 400), rate);
            for (Lane lane : lanes) {
                Lane pinned = of(lanes, Side.PINNED);
                Lane twoPinned = of(lanes, Side.TWO_PINNED);
                Object[] row = {
                    model,
                    rate,
                    lane.side(),
                    lane.median(Slice::p50Nanos) / 1000,
                    lane.against(pinned, Slice::p50Nanos),
                    lane.against(twoPinned, Slice::p50Nanos),
                    lane.median(Slice::callerNanos) / 1000,
                    lane.mean(Slice::processNanos) / 1000,
                    lane.mean(Slice::processNanos) * rate / 1e9
                };
                text.append(String.format(
                        Locale.ROOT, "| %s | %d | %s | %.2f | %.2f | %.2f | %.1f | %.1f | %.3f |%n", row));
                json.add(String.format(
                        Locale.ROOT,
                        "{\"model\":\"%s\",\"rate\":%d,\"side\":\"%s\",\"p50\":%.2f,\"pinned\":%.3f,"
                                + "\"twoPinned\":%.3f,\"caller\":%.2f,\"process\":%.2f,\"cores\":%.4f}",
                        row));
            }
        }
        System.out.println(text);
        options.write("pace", text.toString(), json);
    }

    /** One lane for each side, in the order of {@link Side}. */
    static List<Lane> measure(BenchModel model, int rounds, int calls, int rate) throws Exception {
        List<Lane> lanes = new ArrayList<>();
        List<PredictSide.Call> each = new ArrayList<>();
        List<PredictSide.Served> served = new ArrayList<>();
        try {
            for (Side side : Side.values()) {
                PredictSide.Served made = side.serve(model);
                served.add(made);
                PredictSide.Call call = made.calls().forThisThread();
                slice(call, model, 40 * calls, 0); // compiled before it is measured
                each.add(call);
                lanes.add(new Lane(side, new ArrayList<>()));
            }
            for (int round = 0; round < rounds; round++) {
                for (int at = 0; at < lanes.size(); at++) {
                    lanes.get(at).slices().add(slice(each.get(at), model, calls, 1_000_000_000L / rate));
                }
            }
            return lanes;
        } finally {
            for (PredictSide.Served made : served) {
                made.closing().close();
            }
        }
    }

    private static Lane of(List<Lane> lanes, Side side) {
        return lanes.stream().filter(lane -> lane.side() == side).findFirst().orElseThrow();
    }

    private static Slice slice(PredictSide.Call call, BenchModel model, int calls, long gapNanos) throws Exception {
        float[] input = model.input(1);
        long[] nanos = new long[calls];
        CpuClock cpu = CpuClock.start();
        long process = cpu.nanos();
        long caller = THREADS.getCurrentThreadCpuTime();
        long began = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            Pace.until(began + i * gapNanos);
            long start = System.nanoTime();
            call.predict(input);
            nanos[i] = System.nanoTime() - start;
        }
        double callerNanos = (double) (THREADS.getCurrentThreadCpuTime() - caller) / calls;
        double processNanos = (double) (cpu.nanos() - process) / calls;
        Arrays.sort(nanos);
        return new Slice(nanos[calls / 2], callerNanos, processNanos);
    }
}
