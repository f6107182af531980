package io.edgeai.core.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnginesTest {
    private record Fake(String name, Set<ModelFormat> formats, int rank, Availability availability)
            implements InferenceRuntime {
        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InferenceSession open(byte[] model, SessionOptions options) {
            throw new UnsupportedOperationException();
        }
    }

    private static Fake fake(String name, int rank, boolean usable) {
        return new Fake(
                name,
                Set.of(ModelFormat.XGBOOST),
                rank,
                new InferenceRuntime.Availability(usable, usable ? "1.0" : "no library"));
    }

    /** The test resources register a provider class that does not exist. */
    @Test
    void aProviderThatDoesNotLoadIsReportedAndHidesNoOther() {
        Engines engines = Engines.discover();

        assertThat(engines.all()).extracting(InferenceRuntime::name).contains("onnxruntime");
        assertThat(engines.status())
                .anySatisfy(status -> {
                    assertThat(status.availability().usable()).isFalse();
                    assertThat(status.availability().detail()).contains("NoSuchEngine");
                })
                .anySatisfy(status -> {
                    assertThat(status.name()).isEqualTo("onnxruntime");
                    assertThat(status.formats()).containsExactly(ModelFormat.ONNX);
                    assertThat(status.availability())
                            .isEqualTo(new InferenceRuntime.Availability(true, "1.29.0 [CPU]"));
                });
    }

    @Test
    void theUsableEngineOfHighestRankRuns() {
        Fake low = fake("low", 1, true);
        Fake high = fake("high", 9, true);
        Fake broken = fake("broken", 10, false);

        assertThat(Engines.of(low, broken, high).forFormat(ModelFormat.XGBOOST)).isSameAs(high);
        assertThat(Engines.of(low, broken, high).all()).containsExactly(broken, high, low);
        assertThatThrownBy(() -> Engines.of(broken).forFormat(ModelFormat.XGBOOST))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("broken (no library)");
    }

    @ParameterizedTest
    @EnumSource(ModelFormat.class)
    void everyFormatHasARemedy(ModelFormat format) {
        assertThatThrownBy(() -> Engines.of().forFormat(format))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("(" + format.displayName() + ")")
                .hasMessageContaining("found: none")
                .hasMessageMatching("(?s).*\\. Maybe [a-z].*ONNX.*\\.|.*onnxruntime:1\\.29\\.0\\.");
    }
}
