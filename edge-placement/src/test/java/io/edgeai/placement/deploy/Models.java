package io.edgeai.placement.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Model files for tests: ONNX written field by field from the published schema, and plain noise. */
public final class Models {
    private final ByteArrayOutputStream graph = new ByteArrayOutputStream();
    private final String producer;

    private Models(String producer) {
        this.producer = producer;
    }

    public static Models onnx(String producer) {
        return new Models(producer);
    }

    /** Adds an initializer: dims = 1, data_type = 2 (FLOAT), name = 8, raw_data = 9. */
    public Models tensor(String name, float[] values) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        varint(tensor, 1 << 3);
        varint(tensor, values.length);
        varint(tensor, 2 << 3);
        varint(tensor, 1);
        delimited(tensor, 8, name.getBytes(StandardCharsets.UTF_8));
        delimited(tensor, 9, raw.array());
        delimited(graph, 5, tensor.toByteArray());
        return this;
    }

    /** ModelProto: ir_version = 1, producer_name = 2, graph = 7. */
    public byte[] bytes() {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        varint(model, 1 << 3);
        varint(model, 8);
        delimited(model, 2, producer.getBytes(StandardCharsets.UTF_8));
        delimited(model, 7, graph.toByteArray());
        return model.toByteArray();
    }

    /** Weights as training leaves them: normal with standard deviation 0.05. */
    public static float[] weights(int count, long seed) {
        Random random = new Random(seed);
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) (0.05 * random.nextGaussian());
        }
        return weights;
    }

    public static Path noise(Path file, int bytes, long seed) {
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return write(file, noise);
    }

    public static Path write(Path file, byte[] bytes) {
        try {
            return Files.write(file, bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void delimited(ByteArrayOutputStream out, int field, byte[] bytes) {
        varint(out, field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long left = value;
        while (left > 0x7f) {
            out.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
