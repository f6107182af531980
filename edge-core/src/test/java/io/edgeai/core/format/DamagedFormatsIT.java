package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real files of all ten formats, cut short and with flipped bits: 300 variants each, 10,000 with
 * {@code -Dedgeai.full=true}. Only typed errors, no more memory than the file is worth, no endless reading.
 */
class DamagedFormatsIT {
    /** Windows, buffers of the JDK's decoders and parsers, and error messages take this much whatever the file. */
    private static final long FIXED_BYTES = 1 << 20;

    private static final int VARIANTS = Boolean.getBoolean("edgeai.full") ? 10_000 : 300;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tensorrt/guorbit_model.onnx",
                "tensorrt/guorbit_model.engine",
                "tensorflow/saved_model_half_plus_two_cpu/00000123/saved_model.pb",
                "tensorflow/mediapipe/frozen_graph_def.pb",
                "pytorch/gen_cnn/model.pt",
                "tflite/keras_lstm_mnist_ptq.tflite",
                "coreml/coreml_no_train.mlmodel",
                "openvino/samplenet/SampLeNet.xml",
                "huggingface/jfk-codes.safetensors",
                "xgboost/softmax_iris/model.json",
                "xgboost/softmax_iris/model.ubj",
                "sklearn/logreg_iris/model.pkl"
            })
    void variantsGiveTypedErrorsInBoundedMemory(String name, TestReporter reporter) throws IOException {
        Path data = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", name);
        Assumptions.assumeTrue(Files.isRegularFile(data), "skipped: no file " + data);
        byte[] good = Files.readAllBytes(data);
        long seed = name.hashCode();
        Random random = new Random(seed);
        new Damage(folder).look(good, name, Long.MAX_VALUE / 2, 2); // loads classes
        Damage damage = new Damage(folder);
        for (int i = 0; i < VARIANTS; i++) {
            byte[] bad = Damage.variant(good, random);
            damage.look(bad, name + ", seed " + seed + ", variant " + i, FIXED_BYTES, 2);
        }
        reporter.publishEntry(name, damage.figures().toString());
        assertThat(damage.refused()).as("refused of " + name).isPositive();
    }
}
