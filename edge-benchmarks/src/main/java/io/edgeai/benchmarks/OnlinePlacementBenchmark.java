package io.edgeai.benchmarks;

import io.edgeai.placement.online.GpuPlacement;
import io.edgeai.placement.online.GpuTask;
import io.edgeai.placement.online.OnlinePlacer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does it take to decide where one task goes among 4,852 nodes (four times the makes of Alibaba's openb
 * cluster) that are filled to 80 %? Each operation places one task and releases the oldest, so the cluster keeps
 * changing; the books are kept, but nothing is started on a node ("binding" is not part of it).
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="OnlinePlacementBenchmark --rounds 5"
 * }</pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class OnlinePlacementBenchmark {
    private List<GpuTask> arrivals;
    private OnlinePlacer placer;
    private ArrayDeque<GpuPlacement> running;
    private int next;

    @Setup
    public void fill() {
        OnlineLoad load = OnlineLoad.openbTimesFour();
        arrivals = load.tasks();
        placer = load.placer();
        running = new ArrayDeque<>();
        while (placer.gpuMillisPlaced() < 0.8 * load.capacityMillis()) {
            place();
        }
    }

    private Optional<GpuPlacement> place() {
        Optional<GpuPlacement> placed = placer.place(arrivals.get(next++ % arrivals.size()));
        placed.ifPresent(running::addLast);
        return placed;
    }

    @Benchmark
    public Optional<GpuPlacement> placeOneAndReleaseTheOldest() {
        Optional<GpuPlacement> placed = place();
        if (placed.isPresent()) {
            placer.release(running.removeFirst());
        }
        return placed;
    }
}
