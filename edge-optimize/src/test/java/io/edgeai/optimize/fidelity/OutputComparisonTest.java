package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import org.junit.jupiter.api.Test;

class OutputComparisonTest {
    @Test
    void figuresByHand() {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(Tensor.of(new float[] {3, 4, 0, 0}, 2, 2), Tensor.of(new float[] {3, 3, 0, 2}, 2, 2));
        OutputFidelity result = comparison.result();
        assertThat(result.output()).isEqualTo("y");
        assertThat(result.maxAbsError()).isEqualTo(2);
        assertThat(result.meanAbsError()).isEqualTo(0.75);
        assertThat(result.sqnrDb()).isCloseTo(10 * Math.log10(25.0 / 5), within(1e-12));
        assertThat(result.cosine()).isCloseTo(21 / (5 * Math.sqrt(22)), within(1e-12));
        assertThat(result.topOneAgreement()).isEqualTo(0);
        assertThat(result.notFinite()).isZero();
    }

    @Test
    void equalAnswersArePerfect() {
        OutputComparison comparison = new OutputComparison("y");
        Tensor tensor = Tensor.of(new float[] {1, 2, 3}, 1, 3);
        comparison.add(tensor, tensor);
        comparison.add(tensor, tensor);
        OutputFidelity result = comparison.result();
        assertThat(result.sqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(result.cosine()).isCloseTo(1, within(1e-12));
        assertThat(result.topOneAgreement()).isEqualTo(1);
        assertThat(result.maxAbsError()).isZero();
    }

    @Test
    void notFiniteValuesAreCountedAndKeptOutOfTheSums() {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(
                Tensor.of(new float[] {1, 2, Float.NaN}, 3),
                Tensor.of(new float[] {1, Float.POSITIVE_INFINITY, Float.NaN}, 3));
        OutputFidelity result = comparison.result();
        assertThat(result.notFinite()).isEqualTo(1);
        assertThat(result.maxAbsError()).isZero();
    }

    @Test
    void silenceOnBothSidesIsAgreement() {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(Tensor.of(new float[4], 4), Tensor.of(new float[4], 4));
        assertThat(comparison.result().cosine()).isEqualTo(1);
        assertThat(comparison.result().sqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void signalOutOfNothingIsInfinitelyBad() {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(Tensor.of(new float[1], 1), Tensor.of(new float[] {1}, 1));
        assertThat(comparison.result().sqnrDb()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(comparison.result().cosine()).isZero();
    }

    @Test
    void scalarsCount() {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(Tensor.of(new float[] {2}), Tensor.of(new float[] {1}));
        assertThat(comparison.result().meanAbsError()).isEqualTo(1);
        assertThat(comparison.result().topOneAgreement()).isEqualTo(1);
    }

    @Test
    void otherShapesAreRefused() {
        OutputComparison comparison = new OutputComparison("y");
        assertThatThrownBy(() -> comparison.add(Tensor.of(new float[2], 2), Tensor.of(new float[2], 1, 2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Output (y)");
    }
}
