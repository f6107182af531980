package io.edgeai.benchmarks;

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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does one {@code predict(float[])} through the whole endpoint cost, against ONNX Runtime by hand (kept pinned
 * tensors; arrays as its documentation shows) and DJL's Predictor? Each side has its own forked JVM, because DJL's
 * engine works only where it creates the ONNX Runtime environment.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="EndpointBenchmark --threads 1,2 --rounds 3"
 * }</pre>
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"-Xmx1g", "-DOPT_OUT_TRACKING=true", "-Dai.djl.offline=true"})
public class EndpointBenchmark {
    /** The model as one side serves it. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init")
    public static class Model {
        @Param
        PredictSide side;

        @Param
        BenchModel model;

        private PredictSide.Served served;

        @Setup
        public void open() throws Exception {
            served = side.serve(model);
        }

        @TearDown
        public void close() throws Exception {
            served.closing().close();
        }
    }

    /** One caller. */
    @State(Scope.Thread)
    @SuppressWarnings("NullAway.Init")
    public static class Caller {
        private PredictSide.Call call;
        private float[] input;

        @Setup
        public void open(Model model) throws Exception {
            call = model.served.calls().forThisThread();
            input = model.model.input(1);
        }
    }

    @Benchmark
    public float[] predict(Caller caller) throws Exception {
        return caller.call.predict(caller.input);
    }
}
