package io.edgeai.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;

/**
 * A model on ONNX Runtime as an expert calls it by hand: one intra-op thread, otherwise its defaults; each caller keeps
 * tensors over direct buffers. Any number of callers run at once.
 */
final class PinnedModel implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final ServedNet net;

    PinnedModel(ServedNet net) throws OrtException {
        this.net = net;
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            this.session = environment.createSession(net.bytes(), options);
        }
    }

    /** One caller's tensors for batches of one size. */
    final class Caller implements AutoCloseable {
        private final int batch;
        private final FloatBuffer in;
        private final FloatBuffer out;
        private final Map<String, OnnxTensor> inputs;
        private final Map<String, OnnxTensor> outputs;

        private Caller(int batch) throws OrtException {
            this.batch = batch;
            this.in = direct(batch * net.inputs());
            this.out = direct(batch * net.outputs());
            this.inputs = Map.of("x", OnnxTensor.createTensor(environment, in, net.shape(batch)));
            this.outputs = Map.of("y", OnnxTensor.createTensor(environment, out, new long[] {batch, net.outputs()}));
        }

        float[] predict(float[] input) throws OrtException {
            in.put(0, input);
            session.run(inputs, Set.of(), outputs).close();
            float[] answer = new float[net.outputs()];
            out.get(0, answer);
            return answer;
        }

        float[][] predictAll(float[][] rows) throws OrtException {
            for (int i = 0; i < batch; i++) {
                in.put(i * net.inputs(), rows[i]);
            }
            session.run(inputs, Set.of(), outputs).close();
            float[][] answers = new float[batch][net.outputs()];
            for (int i = 0; i < batch; i++) {
                out.get(i * net.outputs(), answers[i]);
            }
            return answers;
        }

        @Override
        public void close() {
            inputs.values().forEach(OnnxTensor::close);
            outputs.values().forEach(OnnxTensor::close);
        }
    }

    Caller caller(int batch) throws OrtException {
        return new Caller(batch);
    }

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
