package io.edgeai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.optimize.runtime.TuningKey;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.runtime.TuningReports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningTest {
    @TempDir
    Path dir;

    private EdgeAI edge;
    private ModelVersion original;

    @BeforeEach
    void open() {
        edge = EdgeAI.builder().home(dir).build();
        original = edge.registry().register("sides", OnnxWriter.toBytes(Fixtures.conv()), registration -> {});
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private static Map<String, Tensor> sample() {
        return Map.of("x", Tensor.of(Fixtures.images(1, 7)[0], 1, 1, Fixtures.SIDE, Fixtures.SIDE));
    }

    /** As if a search had found these options here. */
    private void found(ModelVersion version, SessionOptions options, double speedup) {
        TuningKey key = TuningKey.of(version.digest(), Engines.discover().forFormat(ModelFormat.ONNX));
        new TuningReports(dir.resolve("tuning"))
                .keep(new TuningReport(options, speedup, speedup, List.of(), true, key));
    }

    private List<SessionOptions> openedWith() {
        List<SessionOptions> seen = new ArrayList<>();
        try (ModelEndpoint endpoint =
                edge.serve("sides", s -> s.split(original, 1).noDeadline().session(options -> {
                    seen.add(options);
                    return options;
                }))) {
            assertThat(endpoint.predict(Fixtures.images(1, 7)[0])).hasSize(2);
        }
        return seen;
    }

    @Test
    void whatIsFoundIsKeptUnderTheVersionsOwnBytes() {
        TuningReport report = edge.tune(original, sample());

        assertThat(report.key().model()).isEqualTo(original.digest());
        assertThat(report.trials()).isNotEmpty();
        assertThat(new TuningReports(dir.resolve("tuning")).find(report.key())).contains(report);
    }

    @Test
    void servingOpensTheVersionWithIt() {
        SessionOptions spinning = SessionOptions.defaults()
                .intraOpThreads(2)
                .engineOptions(Map.of("session.intra_op.allow_spinning", "0"));
        found(original, spinning, 1.3);

        assertThat(openedWith()).containsExactly(spinning);
    }

    @Test
    void theDefaultsStayWhereNothingWasFaster() {
        int threads = original.workload().defaults().intraOpThreads();
        assertThat(openedWith()).containsExactly(SessionOptions.defaults().intraOpThreads(threads));

        found(original, SessionOptions.defaults().intraOpThreads(2), 1);
        assertThat(openedWith()).containsExactly(SessionOptions.defaults().intraOpThreads(threads));
    }

    @Test
    void anOptimizationTunesWhatComesOutOfIt() {
        Optimized result = edge.optimize(original)
                .int8(Fixtures.images(16, 1))
                .tuneRuntime()
                .recipe(r -> r.latencyRounds(1))
                .run();

        TuningReport measured = result.report().tuning();
        assertThat(measured).isNotNull();
        TuningKey key = new TuningKey(
                result.version().digest(),
                measured.key().engine(),
                measured.key().processor());
        assertThat(new TuningReports(dir.resolve("tuning")).find(key)).get().satisfies(kept -> {
            assertThat(kept.best()).isEqualTo(measured.best());
            assertThat(kept.speedup()).isCloseTo(measured.speedup(), within(1e-9));
        });
    }
}
