package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SgdSettingsTest {
    private final SgdSettings settings = SgdSettings.defaults();

    @Test
    void settersChangeOneThing() {
        assertThat(settings.epochs(2)
                        .batchSize(3)
                        .learningRate(4)
                        .momentum(0.5)
                        .weightDecay(6)
                        .mu(7))
                .isEqualTo(new SgdSettings(2, 3, 4, 0.5, 6, 7));
        assertThat(settings).isEqualTo(new SgdSettings(1, 10, 0.03, 0, 0, 0));
    }

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        refused(() -> settings.epochs(0), "epochs (0)");
        refused(() -> settings.batchSize(0), "batchSize (0)");
        refused(() -> settings.learningRate(0), "learningRate (0.0)");
        refused(() -> settings.learningRate(Double.NaN), "learningRate (NaN)");
        refused(() -> settings.momentum(1), "momentum (1.0)");
        refused(() -> settings.weightDecay(-1), "weightDecay (-1.0)");
        refused(() -> settings.mu(Double.POSITIVE_INFINITY), "mu (Infinity)");
    }

    @Test
    void layoutsKnowTheirTensors() {
        ParameterLayout layout = new ParameterLayout(
                List.of(new ParameterLayout.Entry("a", List.of(2, 2)), new ParameterLayout.Entry("b", List.of(1))));
        assertThat(layout.slice(new float[] {1, 2, 3, 4, 5}, "b")).containsExactly(5);
        assertThat(layout.slice(new float[] {1, 2, 3, 4, 5}, "a")).containsExactly(1, 2, 3, 4);
        refused(() -> layout.offset("c"), "(c)");
        refused(() -> layout.check(new float[4]), "not (4)");
        refused(() -> new ParameterLayout.Entry("a", List.of(0)), "[0]");
        refused(
                () -> new ParameterLayout(
                        List.of(layout.tensors().get(0), layout.tensors().get(0))),
                "(a) occurs twice");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String part) {
        assertThatThrownBy(call).isInstanceOf(InvalidInputException.class).hasMessageContaining(part);
    }
}
