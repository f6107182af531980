package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.serving.BatchProfile;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.core.serving.WarmUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known and done of a version before its first request. */
class PreparedServingTest {
    /** Answers as the model does; every run takes 5 µs of a fake clock, whatever is in it. */
    private static final class Noting extends Slowed {
        final List<float[]> answers = Collections.synchronizedList(new ArrayList<>());

        Noting(FakeTime time) {
            super(time, answer -> 5_000);
        }

        /** Values of the answers to plain arrays so far. */
        List<Integer> lengths() {
            return answers.stream().map(answer -> answer.length).toList();
        }

        @Override
        void answered(float[] answer) {
            answers.add(answer);
        }
    }

    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();
    private final Noting engine = new Noting(time);
    private EdgeAI edge;

    @BeforeEach
    void open() {
        edge = open(dir.resolve("home"));
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private EdgeAI open(Path home) {
        return EdgeAI.builder()
                .home(home)
                .engines(Engines.of(engine))
                .ticker(time)
                .serving(s -> s.noDeadline())
                .build();
    }

    private ModelVersion active(byte[] model) {
        ModelVersion version = edge.registry().register("m", model, registration -> {});
        return edge.registry().promote(version.ref(), "test");
    }

    private static float[][] rows(int count) {
        float[][] rows = new float[count][];
        Arrays.setAll(rows, i -> new float[] {i, 1});
        return rows;
    }

    @Test
    void whatWasMeasuredIsUsedByTheNextInstanceWithoutATrial() {
        ModelVersion version = active(Fixtures.times(2));
        BatchProfile profile = edge.measureBatches(version);
        assertThat(profile.eachNanos())
                .containsEntry(1, 5_000L)
                .containsEntry(2, 2_500L)
                .containsEntry(64, 78L);
        edge.close();

        edge = open(dir.resolve("home"));
        ModelEndpoint endpoint = edge.serve("m", s -> s.endpoint(e -> e.maxBatch(64)));
        engine.answers.clear();
        float[][] answers = endpoint.predictAll(rows(64));
        assertThat(engine.lengths()).as("one run of 64 rows of 2").containsExactly(128);
        assertThat(answers[63]).containsExactly(126, 2);
    }

    /** Where batches pay at every size, runs are as large as they may be: 64 rows of 2 in 8 runs of 8 rows. */
    @Test
    void noRunTakesMoreThanTheLargestBatch() {
        ModelVersion version = active(Fixtures.times(2));
        edge.measureBatches(version);
        ModelEndpoint endpoint = edge.serve("m", s -> s.maxBatch(8));
        engine.answers.clear();

        float[][] answers = endpoint.predictAll(rows(64));

        assertThat(engine.lengths()).hasSize(8).containsOnly(16);
        assertThat(answers[63]).containsExactly(126, 2);
        assertThatThrownBy(() -> edge.serve("m", s -> s.maxBatch(0)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("maxBatch (0)");
    }

    @Test
    void withoutAMeasurementTheFirstBatchIsATrial() {
        active(Fixtures.times(2));
        edge.serve("m", s -> s.endpoint(e -> e.maxBatch(64))).predictAll(rows(64));
        assertThat(engine.lengths()).hasSizeGreaterThan(64).contains(2, 128);
    }

    /** y = x - the largest of the batch. */
    private static byte[] comparing() {
        OnnxGraph graph = OnnxGraph.create("comparing", 17);
        graph.inputs().add(Fixtures.floats("x", Dim.symbolic("N"), Dim.of(2)));
        graph.add("ReduceMax", "largest", List.of("x"), List.of("top")).attribute("keepdims", 0);
        graph.add("Sub", "less", List.of("x", "top"), List.of("y"));
        graph.outputs().add(Fixtures.floats("y", Dim.symbolic("N"), Dim.of(2)));
        return OnnxWriter.toBytes(graph);
    }

    @Test
    void aModelThatLooksAtItsBatchMatesIsKnownOnEveryMachine() {
        ModelVersion version = active(comparing());
        assertThat(edge.measureBatches(version).dependsOnMates()).isTrue();
        String tag =
                edge.registry().get(version.ref()).tags().keySet().iterator().next();
        edge.registry().annotations().untag(version.ref(), tag);
        edge.registry().annotations().tag(version.ref(), "batching.0123456789abcdef", "depends-on-mates");

        engine.answers.clear();
        float[][] answers = edge.serve("m").predictAll(rows(4));
        assertThat(engine.lengths()).as("alone, each once").containsExactly(2, 2, 2, 2);
        assertThat(answers[3]).containsExactly(0, -2);
    }

    @Test
    void aDamagedTagIsAsGoodAsNone() {
        ModelVersion version = active(Fixtures.times(2));
        edge.measureBatches(version);
        String tag =
                edge.registry().get(version.ref()).tags().keySet().iterator().next();
        edge.registry().annotations().tag(version.ref(), tag, "1:fast");
        assertThat(edge.serve("m").predictAll(rows(2))[1]).containsExactly(2, 2);
        assertThat(engine.lengths()).as("a trial").hasSizeGreaterThan(2);
    }

    @Test
    void generatedRequestsAreAnsweredWhenAVersionIsOpened() {
        active(Fixtures.times(2));
        engine.answers.clear();
        ModelEndpoint endpoint = edge.serve("m", s -> s.warmUp(WarmUp.generated(3)));
        assertThat(engine.lengths()).containsExactly(2, 2, 2);
        assertThat(endpoint.answered().values()).containsExactly(0L);
    }

    private void record(ModelVersion version, String file, String name) throws IOException {
        Path folder = Files.createDirectories(
                dir.resolve("home/warm-up/m/" + version.ref().number()));
        Files.writeString(
                folder.resolve(file),
                "{\"inputs\":[{\"name\":\"" + name + "\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[3,4]}]}");
    }

    @Test
    void aVersionThatFailsARequestKeptForItIsNotPutInService() throws IOException {
        ModelVersion one = active(Fixtures.times(2));
        record(one, "1.json", "x");
        ModelEndpoint endpoint = edge.serve("m");
        ModelVersion two = edge.registry().register("m", Fixtures.times(3), registration -> {});
        record(two, "1.json", "x");
        record(two, "2.json", "y");

        assertThatThrownBy(() -> edge.serve("m", s -> s.split(two, 1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(y)");
        assertThat(endpoint.predict(new float[] {1, 1})).containsExactly(2, 2);
    }

    @Test
    void aKeptRequestThatIsNoRequestIsNamed() throws IOException {
        ModelVersion one = active(Fixtures.times(2));
        record(one, "9.json", "\\");
        assertThatThrownBy(() -> edge.serve("m"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("9.json");
    }
}
