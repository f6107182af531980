package io.edgeai.benchmarks;

import io.edgeai.monitor.metric.LatencyRecorder;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Recorder;
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
 * What does recording one latency cost the thread that answered, against HdrHistogram's Recorder and
 * ConcurrentHistogram (3 digits, up to 1 h), Micrometer's Timer with percentiles, and two LongAdders, which keep no distribution? Latencies are 4096 values
 * around 1 ms with a long tail, in random order.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="RecorderBenchmark --threads 1,2 --rounds 5"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class RecorderBenchmark {
    static final int LATENCIES = 4096;
    private static final long HOUR_NANOS = 3_600_000_000_000L;

    /** Who records. */
    public enum Side {
        EDGEAI {
            @Override
            LongConsumer recorder() {
                return new LatencyRecorder()::success;
            }
        },
        HDR_RECORDER {
            @Override
            LongConsumer recorder() {
                return new Recorder(HOUR_NANOS, 3)::recordValue;
            }
        },
        HDR_CONCURRENT {
            @Override
            LongConsumer recorder() {
                return new ConcurrentHistogram(HOUR_NANOS, 3)::recordValue;
            }
        },
        MICROMETER {
            @Override
            LongConsumer recorder() {
                Timer timer = Timer.builder("latency")
                        .publishPercentiles(0.5, 0.9, 0.99)
                        .register(new SimpleMeterRegistry());
                return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        },
        TWO_ADDERS {
            @Override
            LongConsumer recorder() {
                LongAdder count = new LongAdder();
                LongAdder sum = new LongAdder();
                return nanos -> {
                    count.increment();
                    sum.add(nanos);
                };
            }
        };

        abstract LongConsumer recorder();
    }

    @Param
    Side side;

    private LongConsumer recorder;

    /** One caller and where it stands in its latencies. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init")
    public static class Caller {
        private long[] latencies;
        private int at;

        @Setup
        public void draw() {
            latencies = latencies(Thread.currentThread().getId());
        }

        long next() {
            return latencies[at++ & (LATENCIES - 1)];
        }
    }

    @Setup
    public void open() {
        recorder = side.recorder();
    }

    @Benchmark
    public void record(Caller caller) {
        recorder.accept(caller.next());
    }

    /** Lognormal around 1 ms (sigma 0.5) of which every hundredth is ten times as slow. */
    static long[] latencies(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] latencies = new long[LATENCIES];
        for (int i = 0; i < latencies.length; i++) {
            double slow = random.nextInt(100) == 0 ? 10 : 1;
            latencies[i] = (long) (1e6 * slow * Math.exp(0.5 * random.nextGaussian()));
        }
        return latencies;
    }
}
