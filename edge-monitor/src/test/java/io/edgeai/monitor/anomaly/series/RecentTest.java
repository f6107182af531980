package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring against a list that forgets nothing. */
class RecentTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 6, 12, 144})
    void everyQuestionHasTheAnswerOfTheFullList(int capacity) {
        Random random = new Random(capacity);
        Recent recent = new Recent(capacity);
        List<Double> all = new ArrayList<>();
        for (int row = 0; row < 500; row++) {
            double value = 100 * random.nextGaussian();
            recent.add(value);
            all.add(value);
            int known = Math.min(capacity, all.size());
            assertThat(recent.holds(known)).isTrue();
            assertThat(recent.holds(all.size() + 1)).isFalse();
            int back = random.nextInt(known);
            int length = 1 + random.nextInt(known - back);
            assertThat(recent.back(back)).isEqualTo(all.get(row - back));
            List<Double> part = all.subList(row - back - length + 1, row - back + 1);
            assertThat(recent.mean(length, back)).as("row %s", row).isCloseTo(mean(part), within(1e-9));
            List<Double> newest = all.subList(row - length + 1, row + 1);
            assertThat(recent.deviation(length)).isCloseTo(deviation(newest), within(1e-9));
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(d -> d).average().orElseThrow();
    }

    /** √(E[x²] − E[x]²), the other formula. */
    private static double deviation(List<Double> values) {
        double squares = values.stream().mapToDouble(d -> d * d).average().orElseThrow();
        return Math.sqrt(Math.max(0, squares - mean(values) * mean(values)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 24})
    void blocksAreMeansOldestFirstInUnitsOfTheScale(int length) {
        Random random = new Random(length);
        Recent recent = new Recent(144);
        List<Double> all = new ArrayList<>();
        for (int row = 0; row < 333; row++) {
            double value = random.nextGaussian();
            recent.add(value);
            all.add(value);
        }
        float[] blocks = new float[6];
        recent.blocks(length, blocks, 0.25, 0.5);
        int begin = all.size() - 6 * length;
        for (int b = 0; b < 6; b++) {
            List<Double> block = all.subList(begin + b * length, begin + (b + 1) * length);
            assertThat((double) blocks[b]).isCloseTo((mean(block) - 0.25) / 0.5, within(1e-5));
        }
    }

    @Test
    void equalValuesHaveNoDeviation() {
        Recent recent = new Recent(8);
        for (int i = 0; i < 20; i++) {
            recent.add(0.1);
        }
        assertThat(recent.deviation(8)).isCloseTo(0, within(1e-15));
    }
}
