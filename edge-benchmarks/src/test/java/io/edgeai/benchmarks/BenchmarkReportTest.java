package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class BenchmarkReportTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @ValueSource(strings = {"", "--rounds 3", "RecorderBenchmark --rounds", "RecorderBenchmark extra"})
    void badArgumentsGetTheUsageAndRunNothing(String arguments) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            BenchmarkReport.main(new String[] {arguments});
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("Maybe: EndpointBenchmark --threads 1,2 --rounds 3");
    }

    @Test
    void anUnknownBenchmarkIsAnErrorAndWritesNothing() {
        assertThatThrownBy(() -> BenchmarkReport.main(
                        new String[] {"NoSuchBenchmark", "--rounds", "1", "--out", dir.toString()}))
                .isInstanceOf(RunnerException.class);
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void aRunHasItsParametersThreadsAndAllocation() throws Exception {
        List<BenchmarkTable.Run> runs = BenchmarkReport.run(
                new OptionsBuilder()
                        .include("\\.RecorderBenchmark\\.")
                        .param("side", "EDGEAI", "TWO_ADDERS")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(2)
                        .measurementTime(TimeValue.milliseconds(20))
                        .verbosity(VerboseMode.SILENT),
                2);
        assertThat(runs).hasSize(2).allSatisfy(run -> {
            assertThat(run.benchmark()).isEqualTo("RecorderBenchmark.record");
            assertThat(run.threads()).isEqualTo(2);
            assertThat(run.unit()).isEqualTo("ns/op");
            assertThat(run.p50()).isPositive().isLessThanOrEqualTo(run.p99());
            assertThat(run.bytes()).isNotNaN();
        });
        assertThat(runs).extracting(run -> run.parameters().get("side")).containsExactly("EDGEAI", "TWO_ADDERS");
    }

    /** DJL works only where it makes the environment of ONNX Runtime itself; looking what is here must not make one. */
    @Test
    void djlStartsAfterOurEngineWasAskedWhetherItIsUsable() throws Exception {
        Path output = dir.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dai.djl.offline=true",
                        "-DOPT_OUT_TRACKING=true",
                        DjlAfterAvailability.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(output)).contains("answers 10");
        assertThat(process.exitValue()).isZero();
    }
}
