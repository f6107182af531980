package io.edgeai.benchmarks;

import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Signature;
import io.edgeai.core.serving.ModelEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** More requests than an endpoint can answer, and what it can answer, each for a while. One thread uses it. */
final class OverloadLoad {
    static final String HEADER =
            """
            | model | capacity, 1/s | offered × | goodput ÷ capacity alone | goodput ÷ capacity beside a sender to nowhere \
            | goodput ÷ answers where 1 × is offered | p50 of the accepted, ms | p99 | timed out, of the accepted | cores of the sender: to nowhere, to the endpoint |
            |---|---|---|---|---|---|---|---|---|---|
            """;

    private static final int IN_FLIGHT = 64;
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private final ModelEndpoint endpoint;
    private final int times;
    private final long nanos;
    private final float[][] inputs = new float[IN_FLIGHT][];
    private int next;
    private volatile boolean over;
    private volatile long sunk;

    /** @param times of the capacity that are offered */
    OverloadLoad(ModelEndpoint endpoint, int times, long millis) {
        this.endpoint = endpoint;
        this.times = times;
        this.nanos = millis * 1_000_000;
        int length = sampleLength(endpoint.signature());
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = floats(random, length);
        }
    }

    private static int sampleLength(Signature signature) {
        int length = 1;
        for (Dim dim : signature.inputs().get(0).shape()) {
            length *= dim.size() > 0 ? Math.toIntExact(dim.size()) : 1;
        }
        return length;
    }

    private static float[] floats(SplittableRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    private float[] input() {
        return inputs[next++ % IN_FLIGHT];
    }

    /**
     * One round, in answers a second.
     *
     * @param alone requests sent on by the workers, as each is answered
     * @param beside the same while a thread sends nowhere
     * @param once where a thread sends as many as that
     * @param goodput where it sends several times as many
     * @param late requests of those that were accepted and timed out
     */
    private record Round(
            double alone,
            double beside,
            double once,
            EvenArrivals.Sent nowhere,
            double goodput,
            EvenArrivals.Sent sent,
            long late) {}

    /** What all rounds gave. */
    record Result(List<Double> medians, Histogram latencies, double late) {
        String markdown(String model) {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | **%.2f** | **%.2f** | **%.2f** | %.1f | **%.1f** | %.2f %% | %.2f, %.2f |%n",
                    model.substring(model.lastIndexOf('/') + 1),
                    medians.get(0),
                    medians.get(1),
                    medians.get(2),
                    medians.get(3),
                    medians.get(4),
                    latencies.getValueAtPercentile(50) / 1e6,
                    latencies.getValueAtPercentile(99) / 1e6,
                    100 * late,
                    medians.get(5),
                    medians.get(6));
        }
    }

    /** One round more than asked for; the first is not counted. */
    Result measure(int rounds) throws InterruptedException {
        List<Round> all = new ArrayList<>();
        Histogram latencies = new ConcurrentHistogram(1_000, LONGEST_NANOS, 2);
        for (int round = 0; round <= rounds; round++) {
            if (round == 1) {
                all.clear();
                latencies.reset();
            }
            all.add(round(latencies));
        }
        List<ToDoubleFunction<Round>> figures = List.of(
                Round::alone,
                round -> round.sent.perSecond() / round.alone,
                round -> round.goodput / round.alone,
                round -> round.goodput / round.beside,
                round -> round.goodput / round.once,
                round -> round.nowhere.cores(),
                round -> round.sent.cores());
        return new Result(
                figures.stream().map(figure -> median(all, figure)).toList(),
                latencies,
                all.stream().mapToLong(Round::late).sum() / (double) latencies.getTotalCount());
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private Round round(Histogram latencies) throws InterruptedException {
        double alone = answeredPerSecond(() -> pause(nanos));
        EvenArrivals.Sent[] nowhere = new EvenArrivals.Sent[1];
        double beside = answeredPerSecond(
                () -> nowhere[0] = EvenArrivals.send(times * alone, nanos, () -> sunk = System.nanoTime()));
        double once = arrivals(alone, new ConcurrentHistogram(1_000, LONGEST_NANOS, 2)).perSecond;
        Arrivals over = arrivals(times * alone, latencies);
        return new Round(alone, beside, once, nowhere[0], over.perSecond, over.sent, over.late);
    }

    private record Arrivals(EvenArrivals.Sent sent, double perSecond, long late) {}

    /** What is answered once the queue has filled, a second. */
    private Arrivals arrivals(double perSecond, Histogram latencies) {
        LongAdder answered = new LongAdder();
        LongAdder late = new LongAdder();
        Runnable offer = () -> offer(answered, late, latencies);
        EvenArrivals.send(perSecond, nanos / 4, offer);
        long before = answered.sum();
        EvenArrivals.Sent sent = EvenArrivals.send(perSecond, nanos, offer);
        double goodput = (answered.sum() - before) / sent.seconds();
        drain();
        return new Arrivals(sent, goodput, late.sum());
    }

    private void offer(LongAdder answered, LongAdder late, Histogram latencies) {
        long start = System.nanoTime();
        try {
            var ignored = endpoint.predictAsync(input()).whenComplete((answer, error) -> {
                latencies.recordValue(Math.min(System.nanoTime() - start, LONGEST_NANOS));
                (error == null ? answered : late).increment();
            });
        } catch (OverloadedException e) {
            // what it could not answer it has refused, and that is all that is asked of it
        }
    }

    /** What is answered last was accepted last. */
    private void drain() {
        CompletableFuture<float[]> last = null;
        while (last == null) {
            try {
                last = endpoint.predictAsync(input());
            } catch (OverloadedException e) {
                pause(1_000_000);
            }
        }
        last.handle((answer, error) -> 0).join();
    }

    /** Keeps so many requests in flight for as long as something else takes. */
    private double answeredPerSecond(Runnable meanwhile) throws InterruptedException {
        over = false;
        LongAdder answered = new LongAdder();
        CountDownLatch finished = new CountDownLatch(IN_FLIGHT);
        for (int i = 0; i < IN_FLIGHT; i++) {
            sendOn(inputs[i], answered, finished);
        }
        long began = System.nanoTime();
        long before = answered.sum();
        meanwhile.run();
        double perSecond = (answered.sum() - before) / ((System.nanoTime() - began) / 1e9);
        over = true;
        finished.await();
        return perSecond;
    }

    /** Who is refused, which happens where the model takes long, leaves fewer in flight. */
    private void sendOn(float[] input, LongAdder answered, CountDownLatch finished) {
        if (over) {
            finished.countDown();
            return;
        }
        try {
            var ignored = endpoint.predictAsync(input).whenComplete((answer, error) -> {
                if (error == null) {
                    answered.increment();
                }
                sendOn(input, answered, finished);
            });
        } catch (OverloadedException e) {
            finished.countDown();
        }
    }

    private static void pause(long nanos) {
        try {
            Thread.sleep(nanos / 1_000_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
