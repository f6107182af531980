package io.edgeai.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Small models of many kinds, as edge devices serve them; each takes [N, …] to [N, outputs]. */
public enum ServedNet {
    /** Costs nothing but the call. */
    NOTHING(16, () -> new Layers("nothing", 16).op("Relu").bytes(16), 16),
    SMALL_MLP(10, BenchModel.SMALL_MLP::bytes, 16),
    /** Nine layers of 64. */
    DEEP_MLP(
            64,
            () -> new Layers("deep", 64)
                    .dense(64, 64, 64, 64, 64, 64, 64, 64, 64, 64)
                    .bytes(64),
            64),
    MID_MLP(10, BenchModel.MID_MLP::bytes, 128),
    AUTOENCODER(
            256,
            () -> new Layers("autoencoder", 256).dense(256, 64, 16, 64, 256).bytes(256),
            256),
    GEMM_64(64, () -> new Layers("gemm", 64).dense(64, 64).bytes(64), 64),
    GEMM_512(512, () -> new Layers("gemm", 512).dense(512, 512).bytes(512), 512),
    GEMM_1024(1024, () -> new Layers("gemm", 1024).dense(1024, 1024).bytes(1024), 1024),
    SMALL_CONV(10, BenchModel.SMALL_CONV::bytes, 1, 28, 28),
    /** Three 3×3 convolutions of 16 channels over 14×14. */
    CONV_16(
            16,
            () -> new Layers("conv", 3, 14, 14)
                    .conv(3, 16, 1, 3, 3)
                    .conv(16, 16, 1, 3, 3)
                    .conv(16, 16, 1, 3, 3)
                    .pooled()
                    .bytes(16),
            3,
            14,
            14),
    /** Depthwise and pointwise convolutions, as in MobileNet. */
    DEPTHWISE(
            32,
            () -> new Layers("depthwise", 16, 12, 12)
                    .conv(16, 16, 16, 3, 3)
                    .conv(16, 32, 1, 1, 1)
                    .conv(32, 32, 32, 3, 3)
                    .conv(32, 32, 1, 1, 1)
                    .pooled()
                    .bytes(32),
            16,
            12,
            12),
    /** Two convolutions over 64 points of 4 sensors. */
    SENSOR_CONV(
            16,
            () -> new Layers("sensors", 4, 64)
                    .conv(4, 16, 1, 5)
                    .conv(16, 16, 1, 5)
                    .pooled()
                    .bytes(16),
            4,
            64),
    LSTM(
            8,
            () -> new Layers("lstm", 16, 8)
                    .recurrent("LSTM", 4, 8, 32)
                    .dense(32, 8)
                    .bytes(8),
            16,
            8),
    GRU(
            8,
            () -> new Layers("gru", 16, 8)
                    .recurrent("GRU", 3, 8, 32)
                    .dense(32, 8)
                    .bytes(8),
            16,
            8),
    /** One block over 16 steps of width 32 with 4 heads. */
    TRANSFORMER(
            512,
            () -> new Layers("transformer", 16, 32)
                    .transformer(16, 32, 4)
                    .op("Flatten")
                    .bytes(512),
            16,
            32),
    /** Softmax over the batch: an answer depends on its batch-mates, so it must never run in a batch. */
    BATCH_SOFTMAX(
            10,
            () -> {
                Layers layers = new Layers("batch-softmax", 16).dense(16, 10);
                layers.node("Softmax").attribute("axis", 0);
                return layers.bytes(10);
            },
            16);

    private final int outputs;
    private final Supplier<byte[]> model;
    private final long[] sample;

    ServedNet(int outputs, Supplier<byte[]> model, long... sample) {
        this.outputs = outputs;
        this.model = model;
        this.sample = sample;
    }

    byte[] bytes() {
        return model.get();
    }

    int outputs() {
        return outputs;
    }

    /** Shape of a batch. */
    long[] shape(int batch) {
        long[] shape = new long[sample.length + 1];
        shape[0] = batch;
        System.arraycopy(sample, 0, shape, 1, sample.length);
        return shape;
    }

    int inputs() {
        return (int) Arrays.stream(sample).reduce(1, (a, b) -> a * b);
    }

    float[] input(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] input = new float[inputs()];
        for (int i = 0; i < input.length; i++) {
            input[i] = (float) (2 * random.nextDouble() - 1);
        }
        return input;
    }
}
