package io.edgeai.benchmarks;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
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
 * What does it cost an endpoint of three versions (90, 9 and 1 %) to tell which of them a request goes to? By a short unit id
 * ({@code user-12345678}), by a UUID in text, or by chance, each request another of 1,024 units.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="RouteBenchmark --threads 1 --rounds 5"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class RouteBenchmark {
    private static final int UNITS = 1024;

    /** By what the request is routed. */
    public enum Side {
        SHORT_ID {
            @Override
            int arm(TrafficSplit split, String[] ids, String[] uuids, int at) {
                return split.armOf(ids[at]);
            }
        },
        UUID_TEXT {
            @Override
            int arm(TrafficSplit split, String[] ids, String[] uuids, int at) {
                return split.armOf(uuids[at]);
            }
        },
        CHANCE {
            @Override
            int arm(TrafficSplit split, String[] ids, String[] uuids, int at) {
                return split.armOf(ThreadLocalRandom.current().nextLong());
            }
        };

        abstract int arm(TrafficSplit split, String[] ids, String[] uuids, int at);
    }

    @Param
    Side side;

    private final String[] ids = new String[UNITS];
    private final String[] uuids = new String[UNITS];
    private TrafficSplit split;
    private VersionRef[] versions;

    /** One caller, who asks for the units in turn. */
    @State(Scope.Thread)
    public static class Caller {
        private int at;

        int next() {
            at = (at + 1) & (UNITS - 1);
            return at;
        }
    }

    @Setup
    public void fill() {
        Random random = new Random(20261126);
        for (int i = 0; i < UNITS; i++) {
            ids[i] = String.format(Locale.ROOT, "user-%08d", random.nextInt(100_000_000));
            uuids[i] = new UUID(random.nextLong(), random.nextLong()).toString();
        }
        versions = new VersionRef[] {VersionRef.of("m", 1), VersionRef.of("m", 2), VersionRef.of("m", 3)};
        split = TrafficSplit.of(List.of(
                        new TrafficSplit.Arm(versions[0], 90),
                        new TrafficSplit.Arm(versions[1], 9),
                        new TrafficSplit.Arm(versions[2], 1)))
                .salt("2026-11");
    }

    @Benchmark
    public VersionRef route(Caller caller) {
        return versions[side.arm(split, ids, uuids, caller.next())];
    }
}
