package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Outputs that are no 32-bit floats: classes by number or name, doubles, bytes of quantized models. */
class LabelsTest {
    private static OutputFidelity compared(Tensor original, Tensor derived) {
        OutputComparison comparison = new OutputComparison("y");
        comparison.add(original, derived);
        return comparison.result();
    }

    static Stream<Arguments> oneOfFourDiffers() {
        return Stream.of(
                Arguments.of(Tensor.of(new long[] {7, 1, 2, 2}, 4), Tensor.of(new long[] {7, 1, 2, 900}, 4)),
                Arguments.of(Tensor.of(new int[] {7, 1, 2, 2}, 4, 1), Tensor.of(new int[] {7, 1, 3, 2}, 4, 1)),
                Arguments.of(
                        Tensor.of(new String[] {"cat", "dog", "cat", ""}, 4),
                        Tensor.of(new String[] {"cat", "dog", "dog", ""}, 4)),
                Arguments.of(
                        Tensor.ofBytes(ElementType.BOOL, new byte[] {1, 0, 1, 0}, 4),
                        Tensor.ofBytes(ElementType.BOOL, new byte[] {1, 1, 1, 0}, 4)));
    }

    /** 1 error on 4 signals of 1 is 10·log10(4) dB, however far apart the numbers of two classes are. */
    @ParameterizedTest
    @MethodSource("oneOfFourDiffers")
    void classesAreRightOrWrong(Tensor original, Tensor derived) {
        OutputFidelity result = compared(original, derived);

        assertThat(result.sqnrDb()).isCloseTo(10 * Math.log10(4), within(1e-12));
        assertThat(result.topOneAgreement()).isEqualTo(.75);
        assertThat(result.cosine()).isEqualTo(.75);
        assertThat(result.maxAbsError()).isEqualTo(1);
        assertThat(result.meanAbsError()).isEqualTo(.25);
    }

    @Test
    void doublesAreComparedInDouble() {
        OutputFidelity result =
                compared(Tensor.of(new double[] {1, 2}, 2), Tensor.of(new double[] {1, 2 + 0x1p-40}, 2));

        assertThat(result.maxAbsError()).isEqualTo(0x1p-40);
        assertThat(result.sqnrDb()).isCloseTo(10 * Math.log10(5 / 0x1p-80), within(1e-9));
    }

    @Test
    void bytesAreNumbersWithTheirSign() {
        byte[] original = {(byte) 200, 3};
        byte[] derived = {(byte) 198, 3};

        OutputFidelity unsigned =
                compared(Tensor.ofBytes(ElementType.UINT8, original, 2), Tensor.ofBytes(ElementType.UINT8, derived, 2));
        OutputFidelity signed =
                compared(Tensor.ofBytes(ElementType.INT8, original, 2), Tensor.ofBytes(ElementType.INT8, derived, 2));

        assertThat(unsigned.sqnrDb()).isCloseTo(10 * Math.log10((200 * 200 + 9) / 4.0), within(1e-12));
        assertThat(signed.sqnrDb()).isCloseTo(10 * Math.log10((56 * 56 + 9) / 4.0), within(1e-12));
    }

    @Test
    void anotherTypeIsRefused() {
        assertThatThrownBy(() -> compared(Tensor.of(new long[] {1}, 1), Tensor.of(new int[] {1}, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("INT64")
                .hasMessageContaining("INT32");
    }

    /** y = the places where x is at least a limit: as many rows as there are such places. */
    private static OnnxGraph above(float limit) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1).constant("limit", OnnxTensor.scalar(limit));
        b.node("Greater", "above", "x", "limit");
        b.node("NonZero", "y", "above");
        return b.output("y").graph();
    }

    @Test
    void answersOfAnotherLengthAreAnErrorOfTheDerivedModel() {
        Tensor x = Tensor.of(new float[] {1, 2, 3}, 3);
        try (InferenceSession original = Ort.open(above(0));
                InferenceSession derived = Ort.open(above(1))) {
            assertThatThrownBy(() -> Fidelity.measure(original, derived, List.of(Map.of("x", x)), Progress.NONE))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageContaining("(y)")
                    .hasMessageContaining("[1, 2]")
                    .hasMessageContaining("[1, 3]");
        }
    }
}
