package io.edgeai.core.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.runtime.TinyModels;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that behave, and models that do not, in a process of their own. */
class TrialTest {
    private static final TrialLimits PATIENT = TrialLimits.defaults().time(Duration.ofMinutes(2));
    private static final Map<String, Tensor> SAMPLE = Map.of("x", Tensor.of(new float[] {1, -2, 30}, 1, 3));

    @TempDir
    Path folder;

    private Candidate candidate(byte[] onnx, Signature signature, Candidate parent) throws IOException {
        Path file = Files.write(folder.resolve("model" + Digest.of(onnx).abbreviated()), onnx);
        ModelVersion version = new ModelVersion(
                VersionRef.of("m", 1),
                ModelFormat.ONNX,
                WorkloadType.INFERENCE,
                Digest.of(onnx),
                onnx.length,
                signature,
                Optional.empty(),
                "",
                Stage.VALIDATING,
                Instant.EPOCH,
                Map.of());
        return new Candidate(version, file, parent == null ? null : () -> parent);
    }

    private Candidate affine(float factor, Candidate parent) throws IOException {
        TensorSpec x = TensorSpec.of("x", ElementType.FLOAT, 1, 3);
        return candidate(TinyModels.affine(factor), new Signature(List.of(x), List.of()), parent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            Hanging  | killed after 3000 ms without an answer
            Crashing | its process ended with 134
            Greedy   | OutOfMemoryError
            Bloated  | MB of memory, allowed are 128
            """)
    void whatHarmsItsProcessIsRejectedAndTheHostLivesOn(String how, String evidence) throws Exception {
        TrialLimits limits = TrialLimits.defaults()
                .time(how.equals("Hanging") ? Duration.ofSeconds(3) : Duration.ofMinutes(2))
                .residentMegabytes(how.equals("Bloated") ? 128 : 2048)
                .engine(Class.forName(HostileRuntime.class.getName() + "$" + how)
                        .asSubclass(HostileRuntime.class));
        TrialReport report = new Trial(limits).run(affine(2, null), List.of(), 0);
        assertThat(report.failure()).contains(evidence);
        assertThat(report.pid()).isNotEqualTo(ProcessHandle.current().pid());
        assertThat(ProcessHandle.of(report.pid()).filter(ProcessHandle::isAlive))
                .isEmpty();
        GateResult result = ValidationGates.firstLoad(limits).check(affine(2, null));
        assertThat(result.passed()).isFalse();
        assertThat(result.detail()).contains(evidence);
    }

    @Test
    void aModelThatCountsForeverIsKilledAndOneThatCountsToTenIsNot() throws IOException {
        Candidate counting = candidate(TinyModels.countTo(), Signature.UNKNOWN, null);
        Map<String, Tensor> endless = Map.of("n", Tensor.of(new long[] {Long.MAX_VALUE}));
        assertThat(new Trial(TrialLimits.defaults().time(Duration.ofSeconds(6)))
                        .run(counting, List.of(endless), 0)
                        .failure())
                .isEqualTo("killed after 6000 ms without an answer");
        TrialReport ten = new Trial(PATIENT).run(counting, List.of(Map.of("n", Tensor.of(new long[] {10}))), 0);
        assertThat(ten.failure()).isEmpty();
        assertThat(ten.outputs().get(0).values().iterator().next().floats()).containsExactly(10);
    }

    @Test
    void aChainOfAHundredThousandNodesIsRejectedBeforeAnyProcessStarts() throws IOException {
        Candidate chain = candidate(TinyModels.chain(100_000), Signature.UNKNOWN, null);
        TrialLimits crashing = TrialLimits.defaults().engine(HostileRuntime.Crashing.class);
        assertThat(new Trial(crashing).run(chain, List.of(), 0).pid()).isZero();
        GateResult result = ValidationGates.firstLoad(crashing).check(chain);
        assertThat(result.passed()).isFalse();
        assertThat(result.detail())
                .isEqualTo(
                        "The graph has more than (50000) nodes. Maybe export it without unrolled loops, or allow more"
                                + " by GraphLimits.nodes.");
    }

    @Test
    void aParentWhoseGraphIsTooLargeIsNotLoadedEither() throws IOException {
        Candidate parent = candidate(TinyModels.chain(11), Signature.UNKNOWN, null);
        TrialLimits ten = PATIENT.graph(GraphLimits.defaults().chain(10));
        GateResult result = ValidationGates.fidelity(List.of(SAMPLE), 1, ten).check(affine(2, parent));
        assertThat(result.passed()).isFalse();
        assertThat(result.detail()).contains("parent", "(11) nodes one after the other, allowed are (10)", "Maybe");
    }

    /**
     * Where limits allow it, an engine needs longer than the limit for it, or its recursion ends its process; where it copes, the answer is right.
     * The limit is 3 s, and 10 s under {@code -Dedgeai.full=true}.
     */
    @Test
    void aChainOfAHundredThousandNodesHarmsOnlyItsOwnProcess(TestReporter reporter) throws IOException {
        Candidate chain = candidate(TinyModels.chain(100_000), Signature.UNKNOWN, null);
        Map<String, Tensor> input = Map.of("v0", Tensor.of(new float[] {1, 2, 3}, 1, 3));
        Duration limit = Duration.ofSeconds(Boolean.getBoolean("edgeai.full") ? 10 : 3);
        TrialReport report = new Trial(TrialLimits.defaults().time(limit).graph(new GraphLimits(100_000, 100_000)))
                .run(chain, List.of(input), 0);
        reporter.publishEntry("a chain of 100,000 nodes", report.failure().isEmpty() ? "answered" : report.failure());
        assertThat(ProcessHandle.of(report.pid()).filter(ProcessHandle::isAlive))
                .isEmpty();
        if (report.failure().isEmpty()) {
            assertThat(report.outputs().get(0).values().iterator().next().floats())
                    .containsExactly(1, 2, 3);
        } else {
            assertThat(report.failure())
                    .containsAnyOf("killed after " + limit.toMillis() + " ms", "its process ended with", "Error");
        }
    }

    /** ONNX Runtime kills a process whose command line is longer than about 3,980 bytes. */
    @Test
    void aLongClassPathIsNoReasonToReject() throws IOException {
        String path = System.getProperty("java.class.path");
        System.setProperty("java.class.path", path + (File.pathSeparator + "/nowhere/" + "x".repeat(200)).repeat(30));
        try {
            assertThat(new Trial(PATIENT)
                            .run(affine(2, null), List.of(SAMPLE), 0)
                            .failure())
                    .isEmpty();
        } finally {
            System.setProperty("java.class.path", path);
        }
    }

    @Test
    void aFolderOfNativesThatIsGoneIsNoReasonToReject() throws IOException {
        String before = System.getProperty("onnxruntime.native.path");
        System.setProperty("onnxruntime.native.path", "/nowhere");
        try {
            assertThat(new Trial(PATIENT)
                            .run(affine(2, null), List.of(SAMPLE), 0)
                            .failure())
                    .isEmpty();
        } finally {
            if (before == null) {
                System.clearProperty("onnxruntime.native.path");
            } else {
                System.setProperty("onnxruntime.native.path", before);
            }
        }
    }

    @Test
    void answersComeBackAndAreHeldAgainstGoldenSamples() throws IOException {
        GoldenSample right = new GoldenSample(SAMPLE, Map.of("y", Tensor.of(new float[] {3, -3, 61}, 1, 3)));
        GoldenSample wrong = new GoldenSample(SAMPLE, Map.of("y", Tensor.of(new float[] {3, -3, 61.5f}, 1, 3)));
        GateResult good = ValidationGates.golden(List.of(right), 0, PATIENT).check(affine(2, null));
        assertThat(good.passed()).as(good.detail()).isTrue();
        GateResult bad =
                ValidationGates.golden(List.of(right, wrong), 0.005, PATIENT).check(affine(2, null));
        assertThat(bad.passed()).isFalse();
        assertThat(bad.figures().get("distance")).isEqualTo(0.5 / 61.5);
        assertThat(bad.detail()).contains("at sample (1)");
    }

    @Test
    void fidelityIsTheDistanceFromTheParent() throws IOException {
        Candidate parent = affine(2, null);
        GateResult far = ValidationGates.fidelity(List.of(SAMPLE), 0.1, PATIENT).check(affine(3, parent));
        assertThat(far.passed()).isFalse();
        // 2x+1 and 3x+1 at 30: |91 - 61| / 61; at -2: |-5 + 3| / 3, which is more
        assertThat(far.figures().get("distance")).isEqualTo(2.0 / 3);
        assertThat(ValidationGates.fidelity(List.of(SAMPLE), 0, PATIENT)
                        .check(parent)
                        .detail())
                .contains("An original");
    }

    @Test
    void budgetsAreHeldAgainstWhatWasMeasured() throws IOException {
        GateResult fast =
                ValidationGates.latency(Duration.ofHours(1), Map.of(), PATIENT).check(affine(2, null));
        assertThat(fast.passed()).isTrue();
        assertThat(fast.figures().get("p95Millis"))
                .isPositive()
                .isGreaterThanOrEqualTo(fast.figures().get("medianMillis"));
        assertThat(ValidationGates.latency(Duration.ofNanos(1), SAMPLE, PATIENT)
                        .check(affine(2, null))
                        .passed())
                .isFalse();
        GateResult small = ValidationGates.memory(1, PATIENT).check(affine(2, null));
        assertThat(small.passed()).isEqualTo(!Files.isDirectory(Path.of("/proc/self")));
    }

    @Test
    void percentilesAreByNearestRank() {
        TrialReport report =
                new TrialReport("", 1, 0, List.of(4_000_000L, 1_000_000L, 3_000_000L, 2_000_000L), 0, List.of());
        assertThat(report.millis(50)).isEqualTo(2);
        assertThat(report.millis(51)).isEqualTo(3);
        assertThat(report.millis(100)).isEqualTo(4);
        assertThat(report.millis(0)).isEqualTo(1);
    }

    @Test
    void whereOnlyThisProcessIsLeftItIsUsedOnlyIfAllowed() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Trial here = new Trial(TrialLimits.defaults().inProcess(true).time(Duration.ofMinutes(2)));
        assertThat(here.loadHere(empty).failure()).as("no request").contains("request.json");
        assertThatThrownBy(() -> ChildJvm.of(String.class, 64))
                .as("a class without a place on the class path")
                .isInstanceOf(io.edgeai.core.error.RuntimeUnavailableException.class)
                .hasMessageContaining("java.lang.String")
                .hasMessageContaining("Maybe")
                .hasMessageContaining("inProcess(true)");
    }

    @Test
    void senselessLimitsAreRefused() {
        assertThatThrownBy(() -> TrialLimits.defaults().time(Duration.ZERO)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> TrialLimits.defaults().heapMegabytes(1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> ValidationGates.golden(List.of(), 0, PATIENT))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void tensorsOfEveryKindComeThroughTheFile() {
        Map<String, Tensor> tensors = Map.of(
                "texts", Tensor.of(new String[] {"", "grün", "a\u0000b"}, 3),
                "numbers", Tensor.of(new double[] {Double.NaN, -0.0}, 2, 1),
                "scalar", Tensor.of(new long[] {Long.MIN_VALUE}));
        TensorFile.write(folder.resolve("t"), tensors);
        Map<String, Tensor> read = TensorFile.read(folder.resolve("t"));
        assertThat(read.keySet()).isEqualTo(tensors.keySet());
        assertThat(TensorDistance.of(read, tensors)).isZero();
        assertThat(read.get("texts").strings()).containsExactly("", "grün", "a\u0000b");
    }
}
