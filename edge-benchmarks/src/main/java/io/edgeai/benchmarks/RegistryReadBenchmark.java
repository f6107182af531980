package io.edgeai.benchmarks;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to ask which version of a model is active, in a registry of 100 models with 3 versions each? ACTIVE
 * answers from memory; GET first asks SQLite whether another process wrote; VERSIONS does so and lists.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="RegistryReadBenchmark --threads 1,2 --rounds 5"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class RegistryReadBenchmark {
    static final int MODELS = 100;
    static final int VERSIONS = 3;

    /** Which read. */
    public enum Side {
        ACTIVE {
            @Override
            Object read(EdgeModelRegistry registry, String model, VersionRef ref) {
                return registry.active(model);
            }
        },
        GET {
            @Override
            Object read(EdgeModelRegistry registry, String model, VersionRef ref) {
                return registry.get(ref);
            }
        },
        VERSIONS {
            @Override
            Object read(EdgeModelRegistry registry, String model, VersionRef ref) {
                return registry.versions(model);
            }
        };

        abstract Object read(EdgeModelRegistry registry, String model, VersionRef ref);
    }

    @Param
    Side side;

    private Path home;
    private EdgeModelRegistry registry;
    private List<VersionRef> active;

    /** One caller, who asks for the models in turn. */
    @State(Scope.Thread)
    public static class Caller {
        private int at;

        int next() {
            at = at == MODELS - 1 ? 0 : at + 1;
            return at;
        }
    }

    @Setup
    public void fill() throws IOException {
        home = Files.createTempDirectory("edgeai-bench");
        registry = EdgeModelRegistry.open(home);
        active = filled(registry);
    }

    /** Registers all versions and promotes the second of each model. */
    static List<VersionRef> filled(EdgeModelRegistry registry) {
        byte[] bytes = BenchModel.SMALL_MLP.bytes();
        for (int m = 0; m < MODELS; m++) {
            for (int v = 0; v < VERSIONS; v++) {
                ModelVersion version = registry.register(name(m), bytes, registration -> {});
                if (v == 1) {
                    registry.promote(version.ref(), "benchmark");
                }
            }
        }
        return Stream.iterate(0, m -> m + 1)
                .limit(MODELS)
                .map(m -> registry.active(name(m)).ref())
                .toList();
    }

    static String name(int model) {
        return "model-" + model;
    }

    @Benchmark
    public Object read(Caller caller) {
        VersionRef ref = active.get(caller.next());
        return side.read(registry, ref.model().name(), ref);
    }

    @TearDown
    public void close() throws IOException {
        registry.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
