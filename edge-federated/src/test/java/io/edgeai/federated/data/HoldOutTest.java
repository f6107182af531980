package io.edgeai.federated.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A site's own split: what is counted here is counted again from the numbers that the samples bear. */
class HoldOutTest {
    /** Each sample's only value is its number. */
    private static LabelledSet numbered(int size, int classes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[size];
        int[] labels = new int[size];
        for (int i = 0; i < size; i++) {
            values[i] = i;
            labels[i] = random.nextInt(classes);
        }
        return LabelledSet.of(values, 1, labels, classes);
    }

    private static List<Integer> numbers(LabelledSet set) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < set.size(); i++) {
            numbers.add((int) set.sample(i)[0]);
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everySampleIsInOnePartAndEachClassGivesItsShare(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        LabelledSet all = numbered(1 + random.nextInt(300), 2 + random.nextInt(5), seed);
        double share = random.nextDouble(0, 0.99);
        ParticipantData split = ParticipantData.split("hall", all, share, seed);

        List<Integer> both = numbers(split.train());
        both.addAll(numbers(split.test()));
        assertThat(both).as("seed %d", seed).hasSize(all.size()).doesNotHaveDuplicates();
        int[] counts = all.labelCounts();
        int[] kept = split.test().labelCounts();
        for (int c = 0; c < counts.length; c++) {
            double most = Math.max(0, counts[c] - 1);
            assertThat((double) kept[c])
                    .as("class %d of seed %d", c, seed)
                    .isEqualTo(Math.min(most, Math.rint(share * counts[c])));
        }
        for (int i = 0; i < split.test().size(); i++) {
            assertThat(split.test().label(i))
                    .isEqualTo(all.label((int) split.test().sample(i)[0]));
        }
    }

    @Test
    void theSeedDrawsIt() {
        LabelledSet all = numbered(100, 3, 1);
        List<Integer> kept = numbers(ParticipantData.split("hall", all, 0.3, 5).test());
        assertThat(numbers(ParticipantData.split("hall", all, 0.3, 5).test())).isEqualTo(kept);
        assertThat(numbers(ParticipantData.split("hall", all, 0.3, 6).test())).isNotEqualTo(kept);
        // By chance, not the first or last of each class.
        assertThat(kept.stream().mapToInt(Integer::intValue).average().orElseThrow())
                .isBetween(30.0, 70.0);
    }

    @Test
    void nothingMayBeKept() {
        ParticipantData split = ParticipantData.split("hall", numbered(20, 2, 1), 0, 1);
        assertThat(split.test().size()).isZero();
        assertThat(split.train().size()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
    void aShareThatIsNoneIsRefused(double share) {
        assertThatThrownBy(() -> ParticipantData.split("hall", numbered(20, 2, 1), share, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("participant (hall) to evaluate on must be 0 to below 1. Maybe");
    }

    @Test
    void figuresAgreedOnStandardizeLikeThoseThatWereFitted() {
        LabelledSet set = LabelledSet.of(new float[] {1, 10, 3, 30, 5, 20}, 2, new int[] {0, 1, 0}, 2);
        // Population deviations by hand: √(8/3) of {1, 3, 5}, 10·√(2/3) of {10, 30, 20}.
        Standardization agreed =
                Standardization.of(new double[] {3, 20}, new double[] {Math.sqrt(8 / 3.0), 10 * Math.sqrt(2 / 3.0)});
        Standardization fitted = Standardization.fit(set);
        assertThat(agreed.mean()).isEqualTo(fitted.mean());
        assertThat(agreed.scale()).containsExactly(fitted.scale(), org.assertj.core.api.Assertions.within(1e-6f));
        assertThatThrownBy(() -> Standardization.of(new double[] {1}, new double[] {1, 2}))
                .hasMessageContaining("(1) means and (2) deviations");
        assertThatThrownBy(() -> Standardization.of(new double[] {1}, new double[] {-1}))
                .hasMessageContaining("deviation (-1.0) of feature 0");
    }

    @Test
    void aShapeKnowsWhatItsNamesAre() {
        assertThat(DataShape.of(3, 2).classNames()).isEmpty();
        assertThatThrownBy(() -> new DataShape(2, Arrays.asList("a", "a"), 2, List.of()))
                .hasMessageContaining("The name (a) of a feature is blank or occurs twice");
        assertThatThrownBy(() -> new DataShape(2, List.of(), 3, List.of("good", "bad")))
                .hasMessageContaining("(2) names of a class do not fit 3");
        assertThatThrownBy(() -> DataShape.of(0, 2)).hasMessageContaining("(0) features");
    }
}
