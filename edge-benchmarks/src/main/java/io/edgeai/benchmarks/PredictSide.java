package io.edgeai.benchmarks;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.EdgeMonitor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The ways to ask one model that are compared; all run it on ONNX Runtime's CPU provider, with one intra-op thread but for one. */
public enum PredictSide {
    /** {@code ModelEndpoint}: routing, the monitor's recorder and its thread, every 128th pair sampled. */
    ENDPOINT {
        @Override
        Served serve(BenchModel model) {
            return endpoint(model, builder -> {});
        }
    },
    /** ENDPOINT over a split of two versions with 1 % of the requests tapped for an audit. */
    AUDITED_SPLIT {
        @Override
        Served serve(BenchModel model) {
            LongAdder audited = new LongAdder();
            TrafficSplit halves = TrafficSplit.all(V1).and(VersionRef.of("bench", 2), 1);
            return endpoint(
                    model, halves, builder -> builder.tap(0.01, request -> audited.add(request.latencyNanos())));
        }
    },
    /** ONNX Runtime with input and output tensors kept over direct buffers: what an expert writes by hand. */
    PINNED {
        @Override
        Served serve(BenchModel model) throws Exception {
            return pinned(model, session(model));
        }
    },
    /** PINNED without any option set: as many threads as cores, which spin while they wait for work. */
    PINNED_DEFAULTS {
        @Override
        Served serve(BenchModel model) throws Exception {
            return pinned(model, OrtEnvironment.getEnvironment().createSession(model.bytes()));
        }
    },
    /** ONNX Runtime as its documentation shows it: a tensor from an array in each call, {@code getValue} after it. */
    NAIVE {
        @Override
        Served serve(BenchModel model) throws Exception {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            OrtSession session = session(model);
            return new Served(
                    () -> input -> {
                        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, shaped(model, input));
                                OrtSession.Result result = session.run(Map.of("x", tensor))) {
                            return ((float[][]) result.get(0).getValue())[0];
                        }
                    },
                    session);
        }
    },
    /** DJL's {@code Predictor} with a translator from {@code float[]} to {@code float[]}, one for each thread. */
    DJL {
        @Override
        Served serve(BenchModel model) throws Exception {
            Path folder = Files.createTempDirectory("edgeai-bench");
            Path file = Files.write(folder.resolve("model.onnx"), model.bytes());
            ZooModel<float[], float[]> zoo = Criteria.builder()
                    .setTypes(float[].class, float[].class)
                    .optModelPath(file)
                    .optEngine("OnnxRuntime")
                    .optOption("intraOpNumThreads", "1")
                    .optOption("interOpNumThreads", "1")
                    .optTranslator(new Floats(new Shape(model.shape())))
                    .build()
                    .loadModel();
            return new Served(
                    () -> {
                        Predictor<float[], float[]> predictor = zoo.newPredictor();
                        return predictor::predict;
                    },
                    () -> {
                        zoo.close();
                        Files.delete(file);
                        Files.delete(folder);
                    });
        }
    };

    private static final VersionRef V1 = VersionRef.of("bench", 1);

    abstract Served serve(BenchModel model) throws Exception;

    /** Asks a model once. */
    interface Call {
        float[] predict(float[] input) throws Exception;
    }

    /** Makes the call of one thread. */
    interface Calls {
        Call forThisThread() throws Exception;
    }

    /**
     * A loaded model.
     *
     * @param calls gives each thread its call
     * @param closing frees it
     */
    record Served(Calls calls, AutoCloseable closing) {}

    /** ENDPOINT with more settings. */
    static Served endpoint(BenchModel model, Consumer<ModelEndpoint.Builder> more) {
        return endpoint(model, TrafficSplit.all(V1), more);
    }

    static Served endpoint(BenchModel model, TrafficSplit split, Consumer<ModelEndpoint.Builder> more) {
        EdgeMonitor monitor = EdgeMonitor.ofDefaults();
        ModelEndpoint.Builder builder = ModelEndpoint.builder()
                .opener(version -> new OnnxRuntimeEngine().open(model.bytes(), SessionOptions.defaults()))
                .split(split)
                .listeners(monitor.factory());
        more.accept(builder);
        ModelEndpoint endpoint = builder.build();
        return new Served(() -> endpoint::predict, () -> {
            endpoint.close();
            monitor.close();
        });
    }

    private static Served pinned(BenchModel model, OrtSession session) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        return new Served(
                () -> {
                    FloatBuffer in = direct(model.input(1).length);
                    FloatBuffer out = direct(10);
                    Map<String, OnnxTensor> inputs =
                            Map.of("x", OnnxTensor.createTensor(environment, in, model.shape()));
                    Map<String, OnnxTensor> outputs =
                            Map.of("y", OnnxTensor.createTensor(environment, out, new long[] {1, 10}));
                    return input -> {
                        in.put(0, input);
                        session.run(inputs, Set.of(), outputs).close();
                        float[] answer = new float[10];
                        out.get(0, answer);
                        return answer;
                    };
                },
                session);
    }

    private static OrtSession session(BenchModel model) throws Exception {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            return OrtEnvironment.getEnvironment().createSession(model.bytes(), options);
        }
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** The nested array that {@code OnnxTensor.createTensor} wants. */
    private static Object shaped(BenchModel model, float[] input) {
        long[] shape = model.shape();
        if (shape.length == 2) {
            return new float[][] {input};
        }
        float[][][][] image = new float[1][1][(int) shape[2]][(int) shape[3]];
        for (int row = 0; row < shape[2]; row++) {
            System.arraycopy(input, row * (int) shape[3], image[0][0][row], 0, (int) shape[3]);
        }
        return image;
    }

    private static final class Floats implements NoBatchifyTranslator<float[], float[]> {
        private final Shape shape;

        Floats(Shape shape) {
            this.shape = shape;
        }

        @Override
        public NDList processInput(TranslatorContext context, float[] input) {
            return new NDList(context.getNDManager().create(input, shape));
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList list) {
            return list.singletonOrThrow().toFloatArray();
        }
    }
}
