package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalDataTest {
    @TempDir
    private Path dir;

    /** A length-delimited field on the wire, written by hand: tag, length, content. */
    private static byte[] field(int number, byte[]... contents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
        varint(out, number << 3 | 2);
        varint(out, length);
        Arrays.stream(contents).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static byte[] number(int number, int value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, number << 3);
        varint(out, value);
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, int value) {
        int left = value;
        while (left >= 0x80) {
            out.write(left & 0x7f | 0x80);
            left >>>= 7;
        }
        out.write(left);
    }

    private static byte[] text(int number, String text) {
        return field(number, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] external(String location) {
        return field(13, text(1, "location"), text(2, location));
    }

    private static byte[] tensor(String location) {
        return joined(number(2, 1), text(8, "f"), external(location), number(14, 1));
    }

    /** Every place of the ONNX schema where a tensor may stand, as a model's wire form. */
    static Stream<byte[]> placesForTensors() {
        byte[] t = tensor("outside.bin");
        byte[] sparse = field(15, field(1, t));
        byte[] attribute = field(5, field(5, t));
        byte[] attributeList = field(5, field(10, t));
        byte[] attributeSparse = field(5, field(22, field(2, t)));
        byte[] subgraph = field(5, field(6, field(5, t)));
        byte[] deep = field(5, field(11, field(1, field(5, field(6, field(1, attribute))))));
        return Stream.of(
                field(7, field(5, t)),
                field(7, sparse),
                field(7, field(1, attribute)),
                field(7, field(1, attributeList)),
                field(7, field(1, attributeSparse)),
                field(7, field(1, subgraph)),
                field(7, field(1, deep)),
                field(25, field(7, attribute)),
                field(25, field(11, field(5, t))),
                field(20, field(1, field(5, t))));
    }

    @ParameterizedTest
    @MethodSource("placesForTensors")
    void isFoundWhereverATensorMayStand(byte[] model) throws IOException {
        assertThatThrownBy(() -> ExternalData.refuseAny(model))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("outside.bin")
                .hasMessageContaining("Maybe");
        Path file = Files.write(dir.resolve("m.onnx"), model);
        assertThatThrownBy(() -> ExternalData.refuseOutside(file)).isInstanceOf(ModelFormatException.class);
        Files.write(dir.resolve("outside.bin"), new byte[4]);
        assertThatCode(() -> ExternalData.refuseOutside(file)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"../secret.bin", "sub/../../secret.bin", "/etc/passwd", "", "link.bin", "linked/x", "sub", "gone"
            })
    void namesThatLeaveTheFolderOrAreNoFileAreRefused(String location) throws IOException {
        Path folder = Files.createDirectories(dir.resolve("model"));
        Files.createDirectories(folder.resolve("sub"));
        Files.write(dir.resolve("secret.bin"), new byte[4]);
        Files.write(Files.createDirectories(dir.resolve("elsewhere")).resolve("x"), new byte[4]);
        Files.createSymbolicLink(folder.resolve("link.bin"), dir.resolve("secret.bin"));
        Files.createSymbolicLink(folder.resolve("linked"), dir.resolve("elsewhere"));
        Path model = Files.write(folder.resolve("m.onnx"), field(7, field(5, tensor(location))));

        assertThatThrownBy(() -> new OnnxRuntimeEngine().open(model, SessionOptions.defaults()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(" + location + ")")
                .hasMessageContaining("beside the model");
    }

    @Test
    void dataBesideTheModelIsReadAndTheAnswerRight() throws IOException {
        byte[] affine = TinyModels.affine(2);
        Path model = Files.write(dir.resolve("m.onnx"), withInitializer(affine, field(5, tensor("sub/f.bin"))));
        Files.createDirectories(dir.resolve("sub"));
        Files.write(
                dir.resolve("sub/f.bin"),
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putFloat(7)
                        .array());
        try (InferenceSession session = new OnnxRuntimeEngine().open(model, SessionOptions.defaults())) {
            assertThat(session.predict(new float[] {1, 2, 3}, 0)).containsExactly(8, 15, 22);
        }
    }

    /** Appends y = x·f + 1 with f external: protobuf merges a second graph field into the first. */
    private static byte[] withInitializer(byte[] affine, byte[] initializer) {
        OnnxGraph graph = OnnxReader.read(affine);
        graph.initializers().remove("f");
        byte[] rest = OnnxWriter.toBytes(graph);
        return joined(rest, field(7, initializer));
    }

    @Test
    void damagedModelsGiveOneTypedErrorOrNone() {
        byte[] model = TinyModels.countTo();
        for (long seed = 0; seed < 2000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = Arrays.copyOf(model, random.nextInt(1, model.length + 1));
            for (int i = 0; i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                ExternalData.refuseAny(damaged);
            } catch (ModelFormatException e) {
                assertThat(e).as("seed %d", seed).hasMessageContaining("Maybe");
            }
        }
    }
}
