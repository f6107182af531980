package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.search.Trial;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Optimizations that train, through the one builder: what was trained is a version that names its steps. */
class RetrainingTest {
    private static final float[][] IMAGES = Fixtures.images(128, 1);
    private static final int[] LABELS = Fixtures.labels(128);
    private static final float[][] UNSEEN = Fixtures.images(100, 5);

    @TempDir
    Path dir;

    private EdgeAI edge;
    private ModelVersion original;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).build();
        original = register("sides", Fixtures.conv());
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private ModelVersion register(String name, OnnxGraph graph) {
        return edge.registry().register(name, OnnxWriter.toBytes(graph), r -> {});
    }

    private Optimization quick() {
        return edge.optimize(original).recipe(r -> r.latencyRounds(0)
                .labelled(io.edgeai.optimize.data.LabelledData.of(UNSEEN, Fixtures.labels(100))));
    }

    /** The same network with its last layer forgotten: it calls everything one class. */
    private static OnnxGraph forgetful() {
        OnnxGraph graph = Fixtures.conv();
        graph.initializers().put("w3", OnnxTensor.ofFloats(new float[64], 32, 2));
        return graph;
    }

    /** What a search finds is a version whose lineage says what was done, whichever steps those were. */
    @Test
    void aSearchThatMayTakeTimePrunesAndItsVersionNamesTheSteps() {
        Optimized result = edge.optimize(original)
                .auto(Fixtures.images(64, 3))
                .trainOn(IMAGES, LABELS)
                .timeBudget(Duration.ofMinutes(30))
                .keepAccuracy(0.9, UNSEEN, Fixtures.labels(100))
                .recipe(r -> r.latencyRounds(0)
                        .prefer(Preference.SIZE)
                        .maxBytes(OnnxWriter.toBytes(Fixtures.conv()).length - 1L))
                .run();

        assertThat(result.report().trials())
                .anyMatch(trial -> trial.steps().contains("structured-pruning") && trial.figures() != null);
        Trial kept = result.report().trials().stream()
                .filter(Trial::accepted)
                .findFirst()
                .orElseThrow();
        assertThat(result.version().derivation()).isEqualTo(String.join("+", kept.steps()));
    }

    @Test
    void pruningFineTuningAndBytesInOneLine() {
        Optimized result = quick().prune(0.4)
                .trainOn(IMAGES, LABELS)
                .fineTune()
                .int8(Fixtures.images(32, 3))
                .quantizationAware()
                .run();

        assertThat(result.kept()).as(result.report().outcome()).isTrue();
        assertThat(result.version().derivation()).isEqualTo("structured-pruning+fine-tuning+int8-static");
        assertThat(result.report().accuracyAfter().value()).isGreaterThan(0.9);
        assertThat(result.report().sizeChange()).isLessThan(-0.5);
        assertThat(result.report().provenance().training()).isNotNull();
    }

    @Test
    void theOriginalIsTrainedFirstAndPrunedForSpeedAndSize() {
        Optimized result = quick().trainFirst(TrainSettings.defaults().epochs(2))
                .prune(PruneBudget.macs(1.3), PruneBudget.parameters(1.1))
                .trainOn(IMAGES, LABELS)
                .fineTune()
                .run();

        assertThat(result.version().derivation()).isEqualTo("training+structured-pruning+fine-tuning");
        assertThat(result.report().accuracyAfter().value()).isGreaterThan(0.9);
        assertThat(CostModel.of(OnnxReader.read(
                                edge.registry().file(result.version().ref())))
                        .macs())
                .isLessThanOrEqualTo((long) (CostModel.of(Fixtures.conv()).macs() / 1.3));
    }

    @Test
    void aVersionOfTheRegistryCanBeTheStudent() {
        ModelVersion small = register("small", forgetful());
        Optimized result = quick().student(small)
                .trainOn(IMAGES)
                .recipe(r -> r.student(forgetful(), TrainSettings.defaults().epochs(6)))
                .run();

        assertThat(result.version().derivation()).isEqualTo("distillation");
        assertThat(result.report().accuracyAfter().value())
                .as("before its lessons it is right for half of the images")
                .isGreaterThan(0.9);
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(dir)) {
            assertThat(registry.get(result.version().ref()).parent()).contains(original.ref());
        }
    }

    @Test
    void examplesThatNothingLearnsFromAreRefused() {
        assertThatThrownBy(() -> quick().fp16().trainOn(IMAGES).run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nothing is trained");
        assertThatThrownBy(() -> quick().prune(0.2).fineTune().start())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no examples to train on");
        assertThat(edge.registry().versions("sides")).containsExactly(original);
    }
}
