package io.edgeai.benchmarks;

import io.edgeai.monitor.drift.stream.ChangeDetector;
import io.edgeai.monitor.drift.stream.ChangeDetectors;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does one observation of an error stream cost each change detector? One row in twenty is wrong.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="ChangeBenchmark --rounds 3"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class ChangeBenchmark {
    private static final int ROWS = 1 << 14;

    @Param({"ERROR_RATE", "ADWIN", "DDM"})
    ChangeDetectors side;

    private ChangeDetector detector;
    private double[] errors;
    private int row;

    @Setup
    public void draw() {
        SplittableRandom random = new SplittableRandom(1);
        errors = new double[ROWS];
        for (int i = 0; i < ROWS; i++) {
            errors[i] = random.nextInt(20) == 0 ? 1 : 0;
        }
        detector = side.create();
    }

    @Benchmark
    public boolean observe() {
        return detector.update(errors[row++ & (ROWS - 1)]);
    }
}
