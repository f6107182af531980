package io.edgeai.monitor.drift.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** ADWIN against one that keeps every value of its window in its buckets and works mean and variance out from them. */
class AdwinWindowPropertyTest {
    /** Buckets of values, oldest first; of each size, a power of two, five at most. */
    private final List<List<Double>> buckets = new ArrayList<>();

    private void insert(double value) {
        buckets.add(new ArrayList<>(List.of(value)));
        for (int size = 1; size <= values().size(); size *= 2) {
            int wanted = size;
            List<List<Double>> same =
                    buckets.stream().filter(b -> b.size() == wanted).toList();
            if (same.size() > 5) {
                same.get(0).addAll(same.get(1));
                List<Double> merged = same.get(1);
                buckets.removeIf(bucket -> bucket == merged);
            }
        }
    }

    private List<Double> values() {
        return buckets.stream().flatMap(List::stream).toList();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    /** The bound of the paper's normal approximation, between buckets, with five values or more on each side. */
    private boolean cut(double confidence) {
        List<Double> all = values();
        double mean = mean(all);
        double variance =
                all.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(0);
        double log = Math.log(2 * Math.log(all.size()) / confidence);
        int older = 0;
        for (List<Double> bucket : buckets) {
            older += bucket.size();
            int newer = all.size() - older;
            if (older >= 5 && newer >= 5) {
                double harmonic = 1.0 / (older - 4) + 1.0 / (newer - 4);
                double limit = Math.sqrt(2 * harmonic * variance * log) + 2.0 / 3 * harmonic * log;
                if (Math.abs(mean(all.subList(0, older)) - mean(all.subList(older, all.size()))) > limit) {
                    return true;
                }
            }
        }
        return false;
    }

    @RepeatedTest(5)
    void everyWindowAndEveryChange(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        double confidence = seed % 2 == 0 ? 0.002 : 0.2;
        Adwin adwin = new Adwin(confidence);
        double level = 0.3;
        int changes = 0;
        for (int row = 1; row <= 1200; row++) {
            level = row % 300 == 0 ? random.nextDouble() * 0.4 + (level > 0.5 ? 0 : 0.6) : level;
            double value = Math.max(0, Math.min(1, level + 0.1 * random.nextGaussian()));
            insert(value);
            boolean expected = false;
            while (row % 32 == 0 && buckets.stream().mapToInt(List::size).sum() > 10 && cut(confidence)) {
                buckets.remove(0);
                expected = true;
            }
            assertThat(adwin.update(value)).as("row %s, seed %s", row, seed).isEqualTo(expected);
            changes += expected ? 1 : 0;
            if (row % 32 == 0) {
                assertThat(adwin.width()).as("row %s, seed %s", row, seed).isEqualTo(values().size());
                assertThat(adwin.mean()).as("row %s, seed %s", row, seed).isCloseTo(mean(values()), within(1e-9));
            }
        }
        assertThat(changes).as("seed %s", seed).isGreaterThanOrEqualTo(3);
    }
}
