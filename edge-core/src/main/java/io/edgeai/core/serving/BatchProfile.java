package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How a model takes to batches on one machine, measured before it serves: the time of one sample alone (size 1) and as one
 * of 2, 4, … 64. An endpoint that is given it batches from its first request on; sizes that are missing it tries itself.
 * Immutable.
 *
 * @param eachNanos nanoseconds for each sample, by the size of the batch it is in; sizes are powers of two up to 4096
 * @param dependsOnMates whether answers change with who shares the batch; such a model is never batched, on any machine
 */
public record BatchProfile(SortedMap<Integer, Long> eachNanos, boolean dependsOnMates) {
    /** Nothing is known. */
    public static final BatchProfile UNKNOWN = new BatchProfile(new TreeMap<>(), false);

    private static final int LARGEST = 64;
    private static final String MATES = "depends-on-mates";
    private static final BatchTrial.Effort EFFORT = new BatchTrial.Effort(20, 200_000_000);
    private static final long LONGEST_NANOS = 3_000_000_000L;

    public BatchProfile {
        eachNanos = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(eachNanos));
        eachNanos.forEach((size, nanos) -> {
            if (Integer.bitCount(size) != 1 || size > BatchCurve.LARGEST || nanos < 0) {
                throw new InvalidInputException("A batch profile has (" + nanos + ") ns at size (" + size
                        + "). Maybe sizes are no powers of two from 1 to " + BatchCurve.LARGEST + ".");
            }
        });
    }

    /**
     * Measures on this thread, in at most about 3 seconds: sizes that do not fit into them are left out.
     *
     * @param samples at least 2 that differ, each of {@link InferenceSession#sampleLength}; reused where fewer than 64
     * @return {@link #UNKNOWN} where the model takes exactly one sample at a time, or fails on these
     */
    public static BatchProfile measure(InferenceSession session, float[][] samples, Ticker ticker) {
        int length = session.sampleLength();
        if (length == 0) {
            return UNKNOWN;
        }
        requireDifferent(samples, length);
        long began = ticker.nanos();
        TreeMap<Integer, Long> each = new TreeMap<>();
        long alone = Long.MAX_VALUE;
        for (int size = 2; size <= LARGEST && ticker.nanos() - began < LONGEST_NANOS; size *= 2) {
            float[][] batch = new float[size][];
            for (int i = 0; i < size; i++) {
                batch[i] = samples[i % samples.length];
            }
            BatchTrial trial = BatchTrial.of(session, batch, 0, EFFORT, ticker);
            if (trial.dependent()) {
                return new BatchProfile(new TreeMap<>(), true);
            }
            if (trial.failed()) {
                break;
            }
            alone = Math.min(alone, trial.alone());
            each.put(size, trial.together());
        }
        if (!each.isEmpty()) {
            each.put(1, alone);
        }
        return new BatchProfile(each, false);
    }

    /** {@link #measure(InferenceSession, float[][], Ticker)} on 64 samples drawn from [-1, 1), always the same. */
    public static BatchProfile measure(InferenceSession session, Ticker ticker) {
        return measure(session, GeneratedInputs.samples(LARGEST, session.sampleLength()), ticker);
    }

    private static void requireDifferent(float[][] samples, int length) {
        boolean different = false;
        for (float[] sample : samples) {
            if (sample.length != length) {
                throw new InvalidInputException("A sample has (" + sample.length + ") values, the model takes ("
                        + length + "). Maybe give one sample an array.");
            }
            different |= !java.util.Arrays.equals(sample, samples[0]);
        }
        if (!different) {
            throw new InvalidInputException(
                    "The (" + samples.length
                            + ") samples are equal, which cannot show whether one influences another. Maybe give two that differ.");
        }
    }

    /** E.g. {@code "1:2930 2:1800 64:410"}, or {@code "depends-on-mates"}; empty where nothing is known. */
    public String text() {
        return dependsOnMates
                ? MATES
                : eachNanos.entrySet().stream()
                        .map(entry -> entry.getKey() + ":" + entry.getValue())
                        .collect(Collectors.joining(" "));
    }

    /** The profile of a {@link #text()}. */
    public static BatchProfile parse(String text) {
        if (text.equals(MATES)) {
            return new BatchProfile(new TreeMap<>(), true);
        }
        if (!text.matches("([0-9]{1,4}:[0-9]{1,18}( [0-9]{1,4}:[0-9]{1,18})*)?")) {
            throw new InvalidInputException(
                    "Text (" + text + ") is no batch profile. Maybe measure the version again on this machine.");
        }
        TreeMap<Integer, Long> each = new TreeMap<>();
        for (String part : text.isEmpty() ? new String[0] : text.split(" ")) {
            String[] pair = part.split(":");
            each.put(Integer.parseInt(pair[0]), Long.parseLong(pair[1]));
        }
        return new BatchProfile(each, false);
    }

    /** The trials that it stands for, by size from 2 on. */
    Map<Integer, BatchTrial> trials() {
        TreeMap<Integer, BatchTrial> trials = new TreeMap<>();
        Long alone = eachNanos.get(1);
        if (alone != null) {
            eachNanos.tailMap(2).forEach((size, each) -> trials.put(size, new BatchTrial(alone, each, false)));
        }
        return trials;
    }
}
