package io.edgeai.benchmarks;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.formats.ModelImporters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
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
 * One row through 100 XGBoost trees of depth 6 on 30 features: in Java, converted to ONNX, and by XGBoost's own library.
 *
 * <pre>{@code
 * mvn -q install -DskipTests
 * mvn -q -pl edge-benchmarks exec:exec -Dbench="TreesBenchmark --rounds 5"
 * }</pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx1g")
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init")
public class TreesBenchmark {
    static final int FEATURES = 30;
    private static final int ROWS = 2_000;
    private static final int TREES = 100;

    /** Who walks the trees. */
    public enum Side {
        JAVA_TREES,
        ONNX_RUNTIME,
        XGBOOST4J
    }

    @Param
    Side side;

    private final float[][] rows = new float[ROWS][FEATURES];
    private Booster booster;
    private InferenceSession session;
    private int at;

    @Setup
    public void train() throws IOException, XGBoostError {
        Random random = new Random(1);
        float[] all = new float[ROWS * FEATURES];
        float[] labels = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
            for (int f = 0; f < FEATURES; f++) {
                rows[r][f] = (float) random.nextGaussian();
                labels[r] += (float) Math.sin(rows[r][f] * (f + 1));
            }
            System.arraycopy(rows[r], 0, all, r * FEATURES, FEATURES);
        }
        DMatrix data = new DMatrix(all, ROWS, FEATURES, Float.NaN);
        data.setLabel(labels);
        Map<String, Object> settings =
                new HashMap<>(Map.of("objective", "reg:squarederror", "max_depth", 6, "nthread", 1));
        booster = XGBoost.train(data, settings, TREES, Map.of(), null, null);
        data.dispose();
        Path file = Files.createTempFile("trees", ".ubj");
        try {
            booster.saveModel(file.toString());
            session = side == Side.ONNX_RUNTIME
                    ? Engines.discover()
                            .forFormat(ModelFormat.ONNX)
                            .open(
                                    OnnxWriter.toBytes(ModelImporters.discover()
                                            .read(ModelFormat.XGBOOST, file)
                                            .graph()),
                                    SessionOptions.defaults())
                    : Engines.discover().forFormat(ModelFormat.XGBOOST).open(file, SessionOptions.defaults());
        } finally {
            Files.delete(file);
        }
    }

    @Benchmark
    public float row() throws XGBoostError {
        at = at == ROWS - 1 ? 0 : at + 1;
        return answer(rows[at]);
    }

    float answer(float[] row) throws XGBoostError {
        return side == Side.XGBOOST4J
                ? booster.inplace_predict(row, 1, FEATURES, Float.NaN)[0][0]
                : session.predict(row, 0)[0];
    }

    @TearDown
    public void close() {
        session.close();
        booster.dispose();
    }
}
