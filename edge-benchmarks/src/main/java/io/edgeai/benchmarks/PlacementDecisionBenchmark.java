package io.edgeai.benchmarks;

import io.edgeai.placement.Decision;
import io.edgeai.placement.PlacementEngine;
import io.edgeai.placement.PlacementState;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * How long does the default strategy take to decide where one more replica goes, over 10, 100 and 1000 sites that
 * already run something? The workload has three variants, a rate, an origin and a latency bound, so that every site is
 * costed and queued.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="PlacementDecisionBenchmark --rounds 5"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class PlacementDecisionBenchmark {
    @Param({"10", "100", "1000"})
    int sites;

    private PlacementEngine engine;
    private PlacementState state;
    private Workload workload;

    @Setup
    public void fill() {
        engine = PlacementEngine.defaults();
        state = state(sites, engine);
        workload = workload("asked");
    }

    /** Sites of 4 to 32 cores 1 to 60 ms away; half of them, by the engine's own choice, run a replica already. */
    static PlacementState state(int sites, PlacementEngine engine) {
        SplittableRandom random = new SplittableRandom(7);
        List<Site> all = new ArrayList<>();
        Network.Builder network = Network.builder();
        for (int i = 0; i < sites; i++) {
            String id = String.format(Locale.ROOT, "site-%04d", i);
            all.add(Site.builder(id)
                    .region(i % 2 == 0 ? "eu" : "us")
                    .cpuCores(4 + random.nextInt(29))
                    .memoryBytes((4L + random.nextInt(61)) << 30)
                    .gigaMacsPerSecondPerCore(5 + 20 * random.nextDouble())
                    .pricePerCoreHour(0.01 + 0.05 * random.nextDouble())
                    .build());
            network.rtt("factory", id, 1 + 59 * random.nextDouble());
        }
        PlacementState state = PlacementState.of(Topology.of(all, network.build()));
        Workload running = workload("running");
        for (int i = 0; i < sites / 2; i++) {
            engine.decide(running, state).assignment().ifPresent(state::commit);
        }
        return state;
    }

    static Workload workload(String name) {
        return Workload.of(
                        name,
                        Variant.builder("fp32")
                                .accuracy(0.92)
                                .macs(4e9)
                                .memoryBytes(100L << 20)
                                .build(),
                        Variant.builder("int8")
                                .accuracy(0.91)
                                .macs(2e9)
                                .memoryBytes(25L << 20)
                                .build(),
                        Variant.builder("tiny")
                                .accuracy(0.80)
                                .macs(5e8)
                                .memoryBytes(5L << 20)
                                .build())
                .rate(2)
                .origin("factory")
                .requestBytes(20_000)
                .p99(Duration.ofSeconds(2))
                .cpuCores(2);
    }

    @Benchmark
    public Decision decide() {
        return engine.decide(workload, state);
    }
}
