package io.edgeai.optimize.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random profiles, against looking at every size. */
class BatchProfilePropertyTest {
    private static BatchProfile random(long seed) {
        Random random = new Random(seed);
        List<BatchPoint> points = new ArrayList<>();
        int size = 1;
        double micros = 100;
        for (int i = 0; i < 1 + random.nextInt(7); i++) {
            points.add(new BatchPoint(size, micros));
            size += 1 + random.nextInt(size);
            micros *= 1 + random.nextDouble();
        }
        return new BatchProfile(points);
    }

    /** No measured size is more than 2 % better a sample, and no smaller one is as good as that. */
    @Test
    void theBestSizeIsTheSmallestOfThoseNearlyAsGoodAsAny() {
        for (long seed = 0; seed < 200; seed++) {
            BatchProfile profile = random(seed);
            double best = profile.micros(profile.bestSize()) / profile.bestSize();
            for (BatchPoint point : profile.points()) {
                assertThat(point.micros() / point.size())
                        .as("seed " + seed + ", size " + point.size())
                        .isGreaterThanOrEqualTo(0.98 * best);
                if (point.size() < profile.bestSize()) {
                    assertThat(best)
                            .as("seed " + seed + ", size " + point.size())
                            .isLessThan(0.98 * point.micros() / point.size());
                }
            }
        }
    }

    @Test
    void withinALimitOnlyWhatFitsIsChosen() {
        for (long seed = 0; seed < 200; seed++) {
            BatchProfile profile = random(seed);
            long limit = 50L + new Random(seed).nextInt(1000);
            List<BatchPoint> fitting = profile.points().stream()
                    .filter(point -> point.micros() <= limit)
                    .toList();
            if (fitting.isEmpty()) {
                assertThat(profile.bestWithin(Duration.ofNanos(1000 * limit)))
                        .as("seed " + seed)
                        .isEmpty();
            } else {
                assertThat(profile.bestWithin(Duration.ofNanos(1000 * limit)))
                        .as("seed " + seed)
                        .contains(new BatchProfile(fitting).bestSize());
            }
        }
    }

    @Test
    void betweenTwoSizesTheLineDecides() {
        for (long seed = 0; seed < 100; seed++) {
            BatchProfile profile = random(seed);
            List<BatchPoint> points = profile.points();
            for (int i = 0; i + 1 < points.size(); i++) {
                BatchPoint below = points.get(i);
                BatchPoint above = points.get(i + 1);
                double slope = (above.micros() - below.micros()) / (above.size() - below.size());
                for (int size = below.size(); size <= above.size(); size++) {
                    assertThat(profile.micros(size))
                            .as("seed " + seed + ", size " + size)
                            .isCloseTo(below.micros() + slope * (size - below.size()), within(1e-6));
                }
            }
        }
    }

    @Test
    void worthwhileIsATenthOffAnywhere() {
        for (long seed = 0; seed < 200; seed++) {
            BatchProfile profile = random(seed);
            OptionalInt saving = IntStream.range(0, profile.points().size())
                    .filter(i -> {
                        BatchPoint point = profile.points().get(i);
                        return point.micros() <= 0.9 * point.size() * 100;
                    })
                    .findFirst();
            assertThat(profile.worthwhile()).as("seed " + seed).isEqualTo(saving.isPresent());
        }
    }

    @Test
    void timesThatAreNoneAreRefused() {
        for (double micros : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> new BatchProfile(List.of(new BatchPoint(1, micros))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("times above 0");
        }
        assertThatThrownBy(() -> new BatchProfile(List.of(new BatchPoint(2, 5))))
                .hasMessageContaining("must begin with size 1");
    }
}
