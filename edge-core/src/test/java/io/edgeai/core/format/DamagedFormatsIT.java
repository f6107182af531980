package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real files of all ten formats, cut short and with flipped bits: 300 variants each, 10,000 with
 * {@code -Dedgeai.full=true}. Only typed errors, no more memory than the file is worth, no endless reading.
 */
class DamagedFormatsIT {
    /** Windows, buffers of the JDK's decoders and parsers, and error messages take this much whatever the file. */
    private static final long FIXED_BYTES = 16 << 20;

    private static final int VARIANTS = Boolean.getBoolean("edgeai.full") ? 10_000 : 300;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tensorrt/guorbit_model.onnx",
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
    void variantsGiveTypedErrorsInBoundedMemory(String name) throws IOException {
        Path data = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", name);
        Assumptions.assumeTrue(Files.isRegularFile(data), "skipped: no file " + data);
        byte[] good = Files.readAllBytes(data);
        long seed = name.hashCode();
        Random random = new Random(seed);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        for (int i = 0; i < VARIANTS; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            switch (i % 4) {
                case 0 -> bad = Arrays.copyOf(bad, at);
                case 1 -> Arrays.fill(bad, at, Math.min(bad.length, at + 1 + random.nextInt(8)), (byte) 0xff);
                default -> bad[at] ^= (byte) (1 << random.nextInt(8));
            }
            Path file = Files.write(folder.resolve("v" + i), bad);
            String what = name + ", seed " + seed + ", variant " + i;
            long bytes = threads.getThreadAllocatedBytes(id);
            long time = threads.getThreadCpuTime(id);
            try {
                ModelInspector.inspect(file);
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).as(what).contains("Maybe");
            } catch (RuntimeException | Error e) {
                throw new AssertionError(what + ": " + e, e);
            }
            // All that is ever allocated bounds what is held at once from above; text formats hold each token once.
            long limit = FIXED_BYTES
                    + 2L
                            * bad.length
                            * (List.of("json", "ubj", "xml", "onnx", "pb").contains(extension(name)) ? 32 : 1);
            assertThat(threads.getThreadAllocatedBytes(id) - bytes)
                    .as(what + ": bytes")
                    .isLessThan(limit);
            assertThat(threads.getThreadCpuTime(id) - time)
                    .as(what + ": CPU nanoseconds")
                    .isLessThan(1_000_000_000L);
            Files.delete(file);
        }
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
