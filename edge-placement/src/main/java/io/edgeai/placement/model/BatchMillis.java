package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import java.util.HashMap;
import java.util.Map;

/** Checks times of runs of several inputs. */
final class BatchMillis {
    private BatchMillis() {}

    static Map<String, Map<Integer, Double>> copied(String variant, Map<String, Map<Integer, Double>> given) {
        Map<String, Map<Integer, Double>> all = new HashMap<>();
        given.forEach((kind, times) -> {
            times.forEach((size, millis) -> check(variant, kind, size, millis));
            if (!times.isEmpty()) {
                all.put(kind, Map.copyOf(times));
            }
        });
        return Map.copyOf(all);
    }

    static void check(String variant, String kind, int size, double millis) {
        if (size < 2 || size > Variant.MAX_BATCH) {
            throw new InvalidInputException(
                    "Batch (" + size + ") of variant (" + variant + ") on (" + kind + ") must be 2 to "
                            + Variant.MAX_BATCH + ". Maybe give the time of one input as its measured time.");
        }
        Require.positive("Milliseconds of variant (" + variant + ") on (" + kind + ") in batches of " + size, millis);
    }
}
