package io.edgeai.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerificationTest {
    private static Tensor floats(float... values) {
        return Tensor.of(values, values.length);
    }

    private static final List<Map<String, Tensor>> TWO =
            List.of(Map.of("x", floats(1, -4)), Map.of("x", floats(8, Float.NaN)));

    @Test
    void theLargestDifferenceOfAllRunsCountsByTheLargestMagnitude() {
        Verification verification = Verification.of(
                "the test",
                x -> Map.of("y", x.get("x")),
                x -> Map.of(
                        "y", floats(x.get("x").floats()[0] + .25f, x.get("x").floats()[1])),
                TWO);

        assertThat(verification.reference()).isEqualTo("the test");
        assertThat(verification.runs()).isEqualTo(2);
        assertThat(verification.outputs()).containsExactly(new Verification.Difference("y", 4, .25, .25 / 8.25, 0));
        assertThat(verification.within(.04)).isTrue();
        assertThat(verification.within(.03)).isFalse();
    }

    @Test
    void aNumberWhereTheReferenceHasNoneIsNeverWithin() {
        Verification verification = Verification.of(
                "the test",
                x -> Map.of("y", floats(1, 2)),
                x -> Map.of("y", floats(1, Float.NaN)),
                List.of(TWO.get(0)));

        assertThat(verification.within(1e9)).isFalse();
    }

    @Test
    void textsAndTypesOfNumbersAreComparedByWhatTheySay() {
        Verification texts = Verification.of(
                "the test",
                x -> Map.of("label", Tensor.of(new String[] {"a", "7"}, 2)),
                x -> Map.of("label", Tensor.of(new String[] {"b", "7"}, 2)),
                List.of(Map.of()));
        Verification types = Verification.of(
                "the test",
                x -> Map.of("label", Tensor.of(new long[] {3, 7}, 2)),
                x -> Map.of("class", Tensor.of(new double[] {3, 7}, 2)),
                List.of(Map.of()));

        assertThat(texts.outputs()).singleElement().satisfies(each -> assertThat(each.labels())
                .isEqualTo(1));
        assertThat(texts.within(1)).isFalse();
        assertThat(types.within(0)).isTrue();
    }

    @Test
    void outputsOfOneSideOnlyAreLeftOut() {
        Verification verification = Verification.of(
                "the test",
                x -> Map.of("a", floats(1), "b", floats(2)),
                x -> Map.of("b", floats(2), "c", floats(3)),
                List.of(Map.of()));

        assertThat(verification.outputs())
                .extracting(Verification.Difference::output)
                .containsExactly("b");
    }

    @Test
    void nothingToCompareIsAnError() {
        assertThatThrownBy(() -> Verification.of("none", x -> Map.of(), x -> Map.of(), List.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0) inputs");
        assertThatThrownBy(() -> Verification.of(
                        "the test",
                        x -> Map.of("a", floats(1), "b", floats(2)),
                        x -> Map.of("c", floats(1)),
                        List.of(Map.of())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("([c])");
        assertThatThrownBy(() -> Verification.of(
                        "the test", x -> Map.of("a", floats(1)), x -> Map.of("a", floats(1, 2)), List.of(Map.of())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Output (a)");
    }
}
