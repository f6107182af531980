package io.edgeai.federated.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Samples;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledSetTest {
    private final LabelledSet set = LabelledSet.of(new float[][] {{1, 2}, {3, 4}, {5, 6}}, new int[] {0, 1, 1}, 2);

    @Test
    void knowsItsSamples() {
        assertThat(set.size()).isEqualTo(3);
        assertThat(set.features()).isEqualTo(2);
        assertThat(set.classes()).isEqualTo(2);
        assertThat(set.sample(1)).containsExactly(3, 4);
        assertThat(set.label(2)).isEqualTo(1);
        assertThat(set.labelCounts()).containsExactly(1, 2);
        assertThat(set).hasToString("3 samples × 2 features, 2 classes");
    }

    @Test
    void viewsShareMemory() {
        LabelledSet view = set.select(2, 0).select(1, 0, 0);
        assertThat(view.values()).isSameAs(set.values());
        assertThat(view.sample(0)).containsExactly(1, 2);
        assertThat(view.sample(2)).containsExactly(5, 6);
        assertThat(set.range(1, 3).sample(0)).containsExactly(3, 4);
        assertThat(set.range(1, 1).size()).isZero();
    }

    @Test
    void unionOfViewsOfOneSetCopiesNothing() {
        LabelledSet union = LabelledSet.union(List.of(set.select(2), set.select(0)));
        assertThat(union.values()).isSameAs(set.values());
        assertThat(union.sample(0)).containsExactly(5, 6);
        assertThat(union.label(1)).isZero();
    }

    @Test
    void unionOfDifferentSetsCopies() {
        LabelledSet other = LabelledSet.of(new float[] {7, 8}, 2, new int[] {1}, 2);
        LabelledSet union = LabelledSet.union(List.of(set.select(1), other));
        assertThat(union.sample(0)).containsExactly(3, 4);
        assertThat(union.sample(1)).containsExactly(7, 8);
        assertThat(union.labelCounts()).containsExactly(0, 2);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        refused(() -> LabelledSet.of(new float[5], 2, new int[2], 2), "not (5)");
        refused(() -> LabelledSet.of(new float[2], 1, new int[] {0, 2}, 2), "Label (2) of sample 1");
        refused(() -> LabelledSet.of(new float[0], 0, new int[0], 2), "feature (0)");
        refused(() -> LabelledSet.of(new float[][] {{1}, {1, 2}}, new int[2], 2), "(2) values");
        refused(() -> LabelledSet.of(new float[0][], new int[0], 2), "at least one sample");
        refused(() -> set.select(3), "Sample (3)");
        refused(() -> set.range(2, 1), "Range (2 to 1)");
        refused(() -> LabelledSet.union(List.of()), "no sets");
        refused(() -> LabelledSet.union(List.of(set, Samples.clouds(2, 3, 2, 1))), "Cannot unite");
        refused(() -> new ParticipantData("a", set.range(0, 0), set), "(a) has no training samples");
        refused(() -> new ParticipantData(" ", set, set), "blank");
        refused(() -> new ParticipantData("a", set, Samples.clouds(2, 3, 2, 1)), "tests on");
        ParticipantData one = new ParticipantData("a", set, set);
        refused(() -> new FederatedDataset(List.of(one, one)), "(a) occurs twice");
        refused(() -> new FederatedDataset(List.of()), "at least one");
        LabelledSet wide = Samples.clouds(2, 3, 2, 1);
        refused(() -> new FederatedDataset(List.of(one, new ParticipantData("b", wide, wide))), "(b)");
    }

    @Test
    void standardizedFeaturesHaveMeanZeroAndNearlyUnitDeviation() {
        LabelledSet raw = Samples.clouds(500, 4, 3, 2);
        Standardization scaling = Standardization.fit(raw);
        LabelledSet scaled = scaling.apply(raw);
        for (int j = 0; j < 4; j++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < 500; i++) {
                sum += scaled.sample(i)[j];
                squares += Math.pow(scaled.sample(i)[j], 2);
            }
            assertThat(sum / 500).isCloseTo(0, within(1e-5));
            assertThat(Math.sqrt(squares / 500)).isCloseTo(1, within(1e-3));
            assertThat(scaled.sample(7)[j])
                    .isCloseTo((raw.sample(7)[j] - scaling.mean()[j]) * scaling.scale()[j], within(1e-6f));
        }
        assertThat(scaled.label(7)).isEqualTo(raw.label(7));
    }

    @Test
    void aConstantFeatureBecomesZeroAndNotNaN() {
        LabelledSet constant = LabelledSet.of(new float[] {5, 5, 5}, 1, new int[3], 2);
        assertThat(Standardization.fit(constant).apply(constant).values()).containsOnly(0);
        refused(() -> Standardization.fit(constant.range(0, 0)), "without samples");
        refused(() -> Standardization.fit(constant).apply(set), "1 features");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String part) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContaining(part);
    }
}
