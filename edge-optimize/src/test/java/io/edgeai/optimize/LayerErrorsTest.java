package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerErrorsTest {
    @Test
    void errorsOfValuesThatBothGraphsHave() {
        OnnxGraph base = chain(2f);
        OnnxGraph other = chain(2.2f);
        Quantized quantized = new Quantized(other, Map.of("Mul", 1), List.of(), List.of("a", "m", "gone", "y"));
        List<LayerError> errors = LayerErrors.measure(
                Ort.runtime(), base, quantized, List.of(Map.of("x", Tensor.of(new float[] {1, 2}, 1, 2))));
        assertThat(errors).extracting(LayerError::value).containsExactly("a", "m", "y");
        assertThat(errors.get(0).sqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(errors.get(1).sqnrDb()).as("a tenth of the signal").isCloseTo(20, within(1e-3));
        assertThat(errors.get(2).sqnrDb()).isCloseTo(20, within(1e-3));
    }

    @Test
    void graphWithoutCommonValuesHasNoErrors() {
        Quantized quantized = new Quantized(chain(1), Map.of(), List.of(), List.of());
        assertThat(LayerErrors.measure(Ort.runtime(), chain(1), quantized, List.of()))
                .isEmpty();
    }

    private static OnnxGraph chain(float factor) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2).constant("f", OnnxTensor.scalar(factor));
        b.node("Abs", "a", "x");
        b.node("Mul", "m", "a", "f");
        b.node("Relu", "y", "m");
        return b.output("y", 2).graph();
    }
}
