package io.edgeai.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.formats.xgboost.XgboostEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which engine a conversion is held against. */
class EngineVerificationTest {
    private static final Path OLD = Path.of("src/test/resources/xgboost/binary_missing_bc/model.ubj");
    private static final Path NEW = Path.of("src/test/resources/xgboost/v3_binary/model.ubj");

    /** Stands for the makers' library: it gives what the Java evaluator gives, or refuses. */
    private record Makers(boolean usable, boolean refuses) implements InferenceRuntime {
        @Override
        public String name() {
            return "makers";
        }

        @Override
        public Set<ModelFormat> formats() {
            return Set.of(ModelFormat.XGBOOST);
        }

        @Override
        public int rank() {
            return 1;
        }

        @Override
        public boolean reference() {
            return true;
        }

        @Override
        public Optional<String> dependency() {
            return Optional.of("org.makers:library:1.0");
        }

        @Override
        public Availability availability() {
            return new Availability(usable, "1.0");
        }

        @Override
        public InferenceSession open(Path model, SessionOptions options) {
            if (refuses) {
                throw new ModelFormatException("Too new.");
            }
            return new XgboostEngine().open(model, options);
        }

        @Override
        public InferenceSession open(byte[] model, SessionOptions options) {
            throw new UnsupportedOperationException();
        }
    }

    private static Verification verify(Engines engines, Path model) {
        byte[] converted = OnnxWriter.toBytes(
                ModelImporters.discover().read(ModelFormat.XGBOOST, model).graph());
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(converted, SessionOptions.defaults())) {
            long columns = session.signature().inputs().get(0).shape().get(1).size();
            float[] row = new float[(int) columns];
            row[0] = Float.NaN;
            Tensor input = Tensor.of(row, 1, columns);
            return Verification.byEngine(
                    engines, ModelFormat.XGBOOST, model, session::run, List.of(Map.of("input", input)));
        }
    }

    @Test
    void theMakersLibraryIsTheReferenceWhateverItsRank() {
        Verification verification = verify(Engines.of(new XgboostEngine(), new Makers(true, false)), OLD);
        assertThat(verification.reference()).isEqualTo("makers 1.0");
        assertThat(verification.within(2e-6)).isTrue();
    }

    @Test
    void whereItIsMissingOrRefusesTheJavaEvaluatorIs() {
        Verification missing = verify(Engines.of(new Makers(false, false), new XgboostEngine()), OLD);
        Verification refused = verify(Engines.of(new Makers(true, true), new XgboostEngine()), OLD);
        assertThat(missing.reference()).isEqualTo("java-trees built in");
        assertThat(refused.reference()).isEqualTo("java-trees built in; makers refused it: Too new.");
        assertThat(missing.outputs()).isEqualTo(refused.outputs());
    }

    @Test
    void withoutAnyTheDependencyIsNamed() {
        assertThatThrownBy(() -> verify(Engines.of(new Makers(false, false)), OLD))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("(XGBoost)")
                .hasMessageContaining("add the dependency org.makers:library:1.0, or name answers recorded");
    }

    private static void needXgboost() {
        InferenceRuntime xgboost = Engines.discover().all().stream()
                .filter(engine -> engine.name().equals("xgboost"))
                .findFirst()
                .orElseThrow();
        assumeThat(xgboost.availability().usable())
                .as("xgboost4j, in the profile engines")
                .isTrue();
    }

    @Test
    void xgboostItselfIsAskedWhereItIsOnTheClassPath() {
        needXgboost();
        Verification old = verify(Engines.discover(), OLD);
        Verification later = verify(Engines.discover(), NEW);
        assertThat(old.reference()).isEqualTo("xgboost 3.0.4");
        assertThat(old.within(2e-6)).isTrue();
        assertThat(later.reference())
                .startsWith("java-trees built in; xgboost refused it: ")
                .contains("3.4.0");
        assertThat(later.within(2e-6)).isTrue();
    }

    /** Forms that the evaluator in Java has by its own reading of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "softprob_iris",
                "gblinear_classes",
                "dart_classes",
                "categorical_onehot",
                "categorical_sets",
                "categorical_classes",
                "multi_target",
                "one_tree_per_target",
                "quantiles",
                "rank_ndcg",
                "survival_cox"
            })
    void xgboostAgreesWithEveryKindOfConversion(String name) {
        needXgboost();
        Verification verification =
                verify(Engines.discover(), Path.of("src/test/resources/xgboost", name, "model.ubj"));
        assertThat(verification.reference()).isEqualTo("xgboost 3.0.4");
        assertThat(verification.outputs()).hasSize(2);
        assertThat(verification.within(2e-6)).as("%s", verification).isTrue();
    }
}
