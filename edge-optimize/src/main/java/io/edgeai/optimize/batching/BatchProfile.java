package io.edgeai.optimize.batching;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long a model takes by batch size, measured. Sizes are run in turns, so that what disturbs the machine disturbs all
 * alike. While serving, {@link io.edgeai.core.serving.ModelEndpoint} learns the same by itself; this tells it beforehand,
 * for capacity planning and for choosing {@code maxBatch}.
 *
 * @param points one for each size, ascending from 1
 */
public record BatchProfile(List<BatchPoint> points) {
    private static final double WORTHWHILE = 0.9;

    public BatchProfile {
        points = List.copyOf(points);
        int before = 0;
        for (BatchPoint point : points) {
            if (point.size() <= before || !(point.micros() > 0)) {
                throw new InvalidInputException("Batch sizes (" + points + ") must ascend, with times above 0.");
            }
            before = point.size();
        }
        if (points.isEmpty() || points.get(0).size() != 1) {
            throw new InvalidInputException("Batch profile (" + points + ") must begin with size 1.");
        }
    }

    /**
     * Measures batches of 1, 2, 4, … up to {@code most}.
     *
     * @param session a model whose batch is open
     * @param sample one sample
     * @param batched inputs whose first dimension is the batch
     * @param most largest batch, 1 to 4,096
     * @param rounds how often each size is timed, at least 3
     */
    public static BatchProfile measure(
            InferenceSession session,
            Map<String, Tensor> sample,
            Set<String> batched,
            int most,
            int rounds,
            Ticker ticker,
            Progress progress) {
        if (most < 1 || most > 4096 || rounds < 3) {
            throw new InvalidInputException(
                    "most (" + most + ") must be 1 to 4096 and rounds (" + rounds + ") at least 3.");
        }
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size < most; size *= 2) {
            sizes.add(size);
        }
        sizes.add(most);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int size : sizes) {
            feeds.add(BatchFreeing.joined(List.of(sample), batched, new int[size]));
            session.run(feeds.get(feeds.size() - 1));
        }
        long[][] nanos = new long[sizes.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Measuring batches was cancelled in round (" + round + ") of " + rounds + ".");
            }
            for (int i = 0; i < feeds.size(); i++) {
                long start = ticker.nanos();
                session.run(feeds.get(i));
                nanos[i][round] = Math.max(1, ticker.nanos() - start);
            }
            progress.update("batches", round + 1, rounds);
        }
        List<BatchPoint> points = new ArrayList<>();
        for (int i = 0; i < nanos.length; i++) {
            Arrays.sort(nanos[i]);
            points.add(new BatchPoint(sizes.get(i), nanos[i][rounds / 4] / 1e3));
        }
        return new BatchProfile(points);
    }

    /** The size with the least time for each sample; the smaller one where a larger gains less than 2 %. */
    public int bestSize() {
        return best(points);
    }

    /** The size with the least time for each sample among those that run within a limit; empty where not even 1 does. */
    public Optional<Integer> bestWithin(Duration limit) {
        List<BatchPoint> fitting = points.stream()
                .filter(point -> point.micros() * 1e3 <= limit.toNanos())
                .toList();
        return fitting.isEmpty() ? Optional.empty() : Optional.of(best(fitting));
    }

    private static int best(List<BatchPoint> points) {
        BatchPoint best = points.get(0);
        for (BatchPoint point : points) {
            if (point.microsPerSample() < 0.98 * best.microsPerSample()) {
                best = point;
            }
        }
        return best.size();
    }

    /** Whether any batch takes at most 9/10 of what its samples take alone, as an endpoint asks before it batches. */
    public boolean worthwhile() {
        return points.stream()
                .anyMatch(point ->
                        point.microsPerSample() <= WORTHWHILE * points.get(0).micros());
    }

    /** Microseconds of a batch of any size up to the largest measured, on the line between its neighbours. */
    public double micros(int size) {
        BatchPoint below = points.get(0);
        for (BatchPoint point : points) {
            if (point.size() == size) {
                return point.micros();
            }
            if (point.size() > size) {
                double share = (double) (size - below.size()) / (point.size() - below.size());
                return below.micros() + share * (point.micros() - below.micros());
            }
            below = point;
        }
        throw new InvalidInputException(
                "Batch size (" + size + ") is not 1 to " + below.size() + ", what was measured.");
    }

    /** A table of sizes. */
    public String table() {
        StringBuilder text = new StringBuilder("batch  micros  micros a sample\n");
        points.forEach(point -> text.append(String.format(
                Locale.ROOT, "%5d  %6.0f  %15.1f%n", point.size(), point.micros(), point.microsPerSample())));
        return text.toString();
    }
}
