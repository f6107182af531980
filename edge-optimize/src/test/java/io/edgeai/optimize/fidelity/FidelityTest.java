package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FidelityTest {
    private static final List<Map<String, Tensor>> FEEDS = List.of(
            Map.of("x", Tensor.of(new float[] {1, 2}, 1, 2)), Map.of("x", Tensor.of(new float[] {-4, 0}, 1, 2)));

    @Test
    void constantOffsetIsTheError() {
        Fidelity fidelity = measure(plus(0), plus(0.5f), Progress.NONE);
        assertThat(fidelity.samples()).isEqualTo(2);
        assertThat(fidelity.finite()).isTrue();
        assertThat(fidelity.outputs()).singleElement().satisfies(output -> {
            assertThat(output.maxAbsError()).isCloseTo(0.5, within(1e-6));
            assertThat(output.meanAbsError()).isCloseTo(0.5, within(1e-6));
            assertThat(output.topOneAgreement()).isEqualTo(1);
        });
    }

    @Test
    void infiniteAnswersAreSeen() {
        assertThat(measure(plus(0), plus(Float.POSITIVE_INFINITY), Progress.NONE)
                        .finite())
                .isFalse();
    }

    @Test
    void missingOutputIsNamed() {
        OnnxGraph other = plus(0);
        other.nodes().get(0).outputs().set(0, "z");
        other.outputs().clear();
        other.outputs().add(new io.edgeai.core.onnx.OnnxValue("z", null));
        assertThatThrownBy(() -> measure(plus(0), other, Progress.NONE))
                .isInstanceOf(InferenceException.class)
                .hasMessageContaining("(y)");
    }

    @Test
    void stopsWhenAsked() {
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> measure(plus(0), plus(0), cancelling))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("(0) of 2");
    }

    private static Fidelity measure(OnnxGraph a, OnnxGraph b, Progress progress) {
        try (InferenceSession original = Ort.open(a);
                InferenceSession derived = Ort.open(b)) {
            return Fidelity.measure(original, derived, FEEDS, progress);
        }
    }

    private static OnnxGraph plus(float offset) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2).constant("c", OnnxTensor.scalar(offset));
        b.node("Add", "y", "x", "c");
        return b.output("y", 2).graph();
    }
}
