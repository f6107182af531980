package io.edgeai.core.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static Answers named(Tensor one, Tensor other) {
        return Answers.compare(Map.of("y", one), Map.of("y", other));
    }

    @Test
    void scoresAgreeWhereTheLargestIsAtTheSamePlace() {
        Answers same = Answers.compare(new float[] {1, 5, 2}, new float[] {1, 4, 3});
        assertThat(same).isEqualTo(new Answers(true, 1, 2 / 3.0));
        assertThat(Answers.compare(new float[] {1, 5, 2}, new float[] {6, 5, 2}).agree())
                .isFalse();
    }

    @Test
    void aSingleValueAgreesWithinAThousandth() {
        assertThat(Answers.compare(new float[] {1000}, new float[] {1000.5f}).agree())
                .isTrue();
        assertThat(Answers.compare(new float[] {1000}, new float[] {1002}).agree())
                .isFalse();
    }

    @Test
    void differentShapesAndMissingNumbersAreInfinitelyApart() {
        assertThat(Answers.compare(new float[2], new float[3]).largest()).isInfinite();
        assertThat(Answers.compare(new float[] {1}, new float[] {Float.NaN}).largest())
                .isInfinite();
        assertThat(Answers.compare(new float[] {Float.NaN, 1}, new float[] {Float.NaN, 1}))
                .isEqualTo(new Answers(true, 0, 0));
        assertThat(named(Tensor.of(new float[2], 1, 2), Tensor.of(new float[2], 2, 1))
                        .agree())
                .isFalse();
        assertThat(Answers.compare(Map.of("a", Tensor.of(new long[1], 1)), Map.of("b", Tensor.of(new long[1], 1)))
                        .agree())
                .isFalse();
    }

    @Test
    void namedOutputsOfEveryKind() {
        assertThat(named(Tensor.of(new double[] {1, 2}, 2), Tensor.of(new double[] {1, 2.5}, 2)))
                .isEqualTo(new Answers(true, 0.5, 0.25));
        assertThat(named(Tensor.of(new String[] {"a"}, 1), Tensor.of(new String[] {"a"}, 1))
                        .agree())
                .isTrue();
        assertThat(named(Tensor.of(new String[] {"a"}, 1), Tensor.of(new String[] {"b"}, 1))
                        .agree())
                .isFalse();
        assertThat(named(Tensor.of(new long[] {7}, 1), Tensor.of(new long[] {8}, 1))
                        .agree())
                .isFalse();
    }
}
