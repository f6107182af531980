package io.edgeai.benchmarks;

import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.series.RandomCutForestDetector;
import io.edgeai.monitor.anomaly.series.SeriesDetector;
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
 * What does judging one row of a series cost, against a random cut forest of 50 trees over eight values? Rows come every
 * five minutes: a daily season with noise. Both sides have seen 2,000 rows before.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="DetectorBenchmark --rounds 3"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class DetectorBenchmark {
    private static final int DAY = 288;
    private static final int VALUES = 100 * DAY;

    /** Who judges. */
    public enum Side {
        EDGEAI {
            @Override
            AnomalyDetector detector() {
                return SeriesDetector.ofDefaults();
            }
        },
        RANDOM_CUT_FOREST {
            @Override
            AnomalyDetector detector() {
                return RandomCutForestDetector.of(FalseAlarmBudget.ofDefaults(), 1);
            }
        };

        abstract AnomalyDetector detector();
    }

    @Param
    Side side;

    private AnomalyDetector detector;
    private double[] values;
    private int row;

    @Setup
    public void learn() {
        SplittableRandom random = new SplittableRandom(1);
        values = new double[VALUES];
        for (int i = 0; i < VALUES; i++) {
            values[i] = 10 + 5 * Math.sin(2 * Math.PI * i / DAY) + random.nextGaussian();
        }
        detector = side.detector();
        row = 0;
        while (row < 2000) {
            judge();
        }
    }

    @Benchmark
    public double judge() {
        double score = detector.update(300_000L * row, values[row % VALUES]);
        row++;
        return score;
    }
}
