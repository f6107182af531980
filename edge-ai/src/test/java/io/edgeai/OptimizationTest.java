package io.edgeai;

import static io.edgeai.Patience.patiently;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.core.runtime.provider.TensorRtProvider;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.optimize.accelerator.TensorRtTarget;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.search.Trial;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OptimizationTest {
    @TempDir
    Path dir;

    private EdgeAI edge;
    private ModelVersion original;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).build();
        original = edge.registry()
                .register("sides", OnnxWriter.toBytes(Fixtures.conv()), r -> r.workload(WorkloadType.COMPUTER_VISION)
                        .tag("mine", "kept to itself"));
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private Optimization quick() {
        return edge.optimize(original).recipe(r -> r.latencyRounds(1));
    }

    private double accuracy(ModelVersion version, float[][] images, int[] labels) {
        int right = 0;
        try (ModelEndpoint endpoint =
                edge.serve("sides", s -> s.split(version, 1).noDeadline())) {
            for (int i = 0; i < images.length; i++) {
                float[] scores = endpoint.predict(images[i]);
                right += (scores[0] >= scores[1] ? 0 : 1) == labels[i] ? 1 : 0;
            }
        }
        return (double) right / images.length;
    }

    @Test
    void int8BecomesADerivedVersionWithTheAccuracyItReallyHas() {
        float[][] images = Fixtures.images(100, 5);
        int[] labels = Fixtures.labels(100);
        Optimized result = quick().int8(Fixtures.images(32, 1))
                .keepAccuracy(0.9, images, labels)
                .run();

        assertThat(result.kept()).isTrue();
        assertThat(result)
                .hasToString(result.version().ref() + ": " + result.report().outcome());
        ModelVersion version = result.version();
        assertThat(version.ref().toString()).isEqualTo("sides@2");
        assertThat(version.workload()).isEqualTo(WorkloadType.COMPUTER_VISION);
        assertThat(version.format()).isEqualTo(ModelFormat.ONNX);
        assertThat(version.derivation()).isEqualTo("int8-static");
        assertThat(edge.registry().lineage(version.ref())).containsExactly(original, version);
        assertThat(result.report().quantizedOps()).containsKey("Conv");
        double tagged = Double.parseDouble(version.tags().get("accuracy"));
        assertThat(tagged).isEqualTo(accuracy(version, images, labels)).isGreaterThan(0.9);
        assertThat(version.tags()).doesNotContainKey("mine");
    }

    @Test
    void autoNamesTheMethodItTookInTheLineage() {
        Optimized result = edge.optimize(original)
                .auto(Fixtures.images(16, 1))
                .recipe(r -> r.latencyRounds(0)
                        .keepAgreement(0.5)
                        .maxBytes(original.sizeBytes() - 1)
                        .prefer(Preference.SIZE))
                .run();

        assertThat(result.kept()).as("%s", result.report().trials()).isTrue();
        assertThat(result.version().derivation()).isIn("int8-static", "int8-dynamic", "fp16-weights");
        assertThat(result.report().trials()).filteredOn(Trial::accepted).hasSize(1);
        assertThat(result.version().sizeBytes()).isLessThan(original.sizeBytes());
    }

    @Test
    void withoutLabelsThereIsNoAccuracyTag() {
        Optimized result = quick().int8(Fixtures.images(16, 1)).run();
        assertThat(result.kept()).isTrue();
        assertThat(result.version().tags()).doesNotContainKey("accuracy");
    }

    @Test
    void aVersionForAnAcceleratorKeepsWhatItIsOpenedWith() {
        Optimized result = edge.optimize(original)
                .target(TensorRtTarget.builder().build(), CalibrationData.of(Fixtures.images(16, 1)))
                .recipe(r -> r.latencyRounds(0))
                .run();

        assertThat(result.kept()).as(result.report().outcome()).isTrue();
        assertThat(ExecutionProvider.parse(result.version().tags().get("engine.provider")))
                .isEqualTo(new TensorRtProvider(Map.of()).bytes(true).half(true));
    }

    @Test
    void aVersionSaysWhatItWasMadeOf() {
        float[][] samples = Fixtures.images(16, 1);
        Optimized result = quick().int8(samples).run();

        assertThat(result.version().tags())
                .containsEntry(
                        "provenance.model",
                        Digest.of(OnnxWriter.toBytes(
                                        OnnxReader.read(edge.registry().file(original.ref()))))
                                .toString())
                .containsEntry(
                        "provenance.calibration",
                        CalibrationData.of(samples).digest().toString())
                .containsEntry("provenance.recipe", result.report().recipe())
                .containsKeys("provenance.library", "provenance.engine", "provenance.hardware")
                .doesNotContainKeys("provenance.labelled", "provenance.training", "provenance.student");
    }

    @Test
    void fp16HalvesTheWeightsAndAnswersAlike() {
        Optimized result = quick().fp16().run();

        assertThat(result.kept()).isTrue();
        assertThat(result.version().derivation()).isEqualTo("fp16-weights");
        assertThat(result.report().sizeChange()).isBetween(-0.6, -0.3);
        assertThat(result.version().sizeBytes()).isLessThan(original.sizeBytes());
        float[] image = Fixtures.images(1, 9)[0];
        try (ModelEndpoint before =
                        edge.serve("sides", s -> s.split(original, 1).noDeadline());
                ModelEndpoint after =
                        edge.serve("sides", s -> s.split(result.version(), 1).noDeadline())) {
            float[] expected = before.predict(image);
            float[] got = after.predict(image);
            for (int i = 0; i < expected.length; i++) {
                assertThat(got[i]).isCloseTo(expected[i], org.assertj.core.data.Percentage.withPercentage(0.5));
            }
        }
    }

    @Test
    void dynamicInt8IsNamedInTheLineage() {
        Optimized result = quick().int8Dynamic().run();
        assertThat(result.report().trials()).isNotEmpty();
        if (result.kept()) {
            assertThat(result.version().derivation()).isEqualTo("int8-dynamic");
        } else {
            assertThat(result.version()).isEqualTo(original);
        }
    }

    /** Pairs of images on both sides of the border between the classes, closer together than 8 bits can tell. */
    @Test
    void whereTheFloorCannotBeReachedTheOriginalIsKeptAndNothingRegistered() {
        float[][] bright = Fixtures.images(32, 8);
        float[][] close = new float[2 * bright.length][];
        int[] labels = new int[close.length];
        try (ModelEndpoint endpoint =
                edge.serve("sides", s -> s.split(original, 1).noDeadline())) {
            for (int i = 0; i < bright.length; i++) {
                float low = 0;
                float high = 10;
                for (int step = 0; step < 20; step++) {
                    float middle = (low + high) / 2;
                    boolean left = classOf(endpoint.predict(leftTimes(bright[i], middle))) == 0;
                    low = left ? low : middle;
                    high = left ? middle : high;
                }
                close[2 * i] = leftTimes(bright[i], low);
                close[2 * i + 1] = leftTimes(bright[i], high);
            }
            for (int i = 0; i < close.length; i++) {
                labels[i] = classOf(endpoint.predict(close[i]));
                assertThat(labels[i]).as("image %d", i).isEqualTo(1 - i % 2);
            }
        }
        Optimized result = quick().int8(Fixtures.images(16, 1))
                .keepAccuracy(1, close, labels)
                .run();

        assertThat(result.kept()).isFalse();
        assertThat(result.version()).isEqualTo(original);
        assertThat(result.report().outcome()).isNotBlank();
        assertThat(result.report().trials()).isNotEmpty().noneMatch(attempt -> attempt.accepted());
        assertThat(edge.registry().versions("sides"))
                .extracting(ModelVersion::ref)
                .containsExactly(original.ref());
    }

    private static int classOf(float[] scores) {
        return scores[0] >= scores[1] ? 0 : 1;
    }

    private static float[] leftTimes(float[] image, float factor) {
        float[] changed = image.clone();
        for (int p = 0; p < changed.length; p++) {
            changed[p] *= p % Fixtures.SIDE < Fixtures.SIDE / 2 ? factor : 1;
        }
        return changed;
    }

    @Test
    void progressIsToldAndItsCancellationRegistersNothing() {
        Map<String, Long> phases = new ConcurrentHashMap<>();
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                phases.put(phase, done);
            }

            @Override
            public boolean cancelled() {
                return !phases.isEmpty();
            }
        };
        assertThatThrownBy(() -> quick().int8(Fixtures.images(32, 1))
                        .progress(cancelling)
                        .run())
                .isInstanceOf(OperationCancelledException.class);
        assertThat(phases).isNotEmpty();
        assertThat(edge.registry().versions("sides")).containsExactly(original);
    }

    @Test
    void startGivesTheSameLaterOnADaemonThread() throws Exception {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        CompletableFuture<Optimized> later = quick().fp16()
                .progress((phase, done, total) ->
                        threads.add(Thread.currentThread().getName()
                                + Thread.currentThread().isDaemon()))
                .start();
        Optimized result = later.get(2, TimeUnit.MINUTES);

        assertThat(result.version().ref().toString()).isEqualTo("sides@2");
        assertThat(threads).isNotEmpty().allMatch(name -> name.matches("edgeai-optimize-\\d+true"));
    }

    /** Regression: cancelling the future used to let the work go on and register its result. */
    @Test
    void cancellingTheFutureStopsTheWorkAndRegistersNothing() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<Optimized> later = quick().fp16()
                .progress((phase, done, total) -> {
                    working.countDown();
                    try {
                        cancelled.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .start();
        assertThat(working.await(2, TimeUnit.MINUTES)).isTrue();
        later.cancel(true);
        cancelled.countDown();

        assertThatThrownBy(later::join).isInstanceOf(CancellationException.class);
        patiently().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("edgeai-optimize-")));
        assertThat(edge.registry().versions("sides")).containsExactly(original);
    }

    @Test
    void failuresComeByTheFutureButAnIncompleteRecipeAtOnce() {
        assertThatThrownBy(() -> edge.optimize(original).start()).isInstanceOf(InvalidInputException.class);
        CompletableFuture<Optimized> later =
                quick().int8(new float[][] {{1, 2, 3}}).start();
        assertThatThrownBy(() -> later.get(2, TimeUnit.MINUTES))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InvalidInputException.class);
    }

    @Test
    void recipesThatContradictThemselvesAreRefused() {
        assertThatThrownBy(() -> quick().fp16().int8Dynamic().run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("INT8_DYNAMIC");
        assertThatThrownBy(() -> quick().keepAccuracy(1.5, Fixtures.images(2, 1), Fixtures.labels(2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("1.5");
        assertThat(edge.registry().versions("sides")).containsExactly(original);
    }

    @Test
    void aDerivedVersionCanBeDerivedFromAgain() {
        ModelVersion half = quick().fp16().run().version();
        Optimized again = edge.optimize(half)
                .recipe(r -> r.latencyRounds(0))
                .int8(Fixtures.images(16, 1))
                .run();
        if (again.kept()) {
            assertThat(edge.registry().lineage(again.version().ref())).containsExactly(original, half, again.version());
        } else {
            assertThat(again.version()).isEqualTo(half);
        }
    }
}
