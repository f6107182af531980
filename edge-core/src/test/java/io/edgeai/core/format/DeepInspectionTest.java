package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs, outputs, layers and weights of formats without natives, against what the test itself wrote. */
class DeepInspectionTest {
    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] bytes) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), bytes));
    }

    @Test
    void tfliteTellsTensorsQuantizationOperatorsAndWeights() throws IOException {
        ModelInspection model = inspect(Samples.tflite());

        assertThat(model.signature().inputs()).singleElement().hasToString("x: INT8[1,4]");
        assertThat(model.signature().outputs()).singleElement().hasToString("y: INT8[1,1]");
        assertThat(model.operators()).isEqualTo(Map.of("FULLY_CONNECTED", 1));
        assertThat(model.parameters()).isEqualTo(4);
        assertThat(model.weightBytes()).isEqualTo(4);
        assertThat(model.producer()).isEqualTo("by hand");
        assertThat(model.formatVersion()).isEqualTo("schema 3");
        assertThat(model.metadata())
                .containsEntry("quantization of input x", "scale 0.5, zero point -3")
                .containsEntry("quantized tensors", "3");
    }

    @Test
    void tfliteTablesThatPointOutsideAreDamage() throws IOException {
        byte[] bytes = Samples.tflite();
        bytes[0] = (byte) (bytes.length - 2);
        bytes[1] = (byte) ((bytes.length - 2) >> 8);
        Path file = Files.write(folder.resolve("model"), bytes);
        assertThatThrownBy(() -> ModelInspector.inspect(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tables do not fit")
                .hasMessageContaining("Maybe");
    }

    private static byte[] shape(long... dims) {
        return Samples.proto(out -> {
            for (long dim : dims) {
                out.writeByteArray(2, Samples.proto(size -> size.writeInt64(1, dim)));
            }
        });
    }

    private static byte[] info(String name, int type, long... dims) {
        return Samples.proto(out -> {
            out.writeString(1, name);
            out.writeInt32(2, type);
            out.writeByteArray(3, shape(dims));
        });
    }

    private static byte[] entry(String key, byte[] value) {
        return Samples.proto(out -> {
            out.writeString(1, key);
            out.writeByteArray(2, value);
        });
    }

    private static byte[] node(String name, String op, int type, byte[] shape, String... inputs) {
        return Samples.proto(out -> {
            out.writeString(1, name);
            out.writeString(2, op);
            for (String input : inputs) {
                out.writeString(3, input);
            }
            out.writeByteArray(5, entry("dtype", Samples.proto(value -> value.writeInt32(6, type))));
            out.writeByteArray(5, entry("shape", Samples.proto(value -> value.writeByteArray(7, shape))));
        });
    }

    @Test
    void savedModelsTellTheirSignature() throws IOException {
        byte[] definition = Samples.proto(out -> {
            out.writeByteArray(1, entry("images", info("x:0", 1, -1, 28, 28)));
            out.writeByteArray(2, entry("scores", info("y:0", 1, -1, 10)));
        });
        byte[] graph = Samples.proto(out -> {
            out.writeByteArray(1, node("v", "VarHandleOp", 1, shape(7, 3)));
            out.writeByteArray(1, node("x", "Placeholder", 1, shape(-1, 28, 28)));
        });
        ModelInspection model = inspect(Samples.proto(out -> {
            out.writeInt64(1, 1);
            out.writeByteArray(2, Samples.proto(meta -> {
                meta.writeByteArray(2, graph);
                meta.writeByteArray(5, entry("serving_default", definition));
            }));
        }));

        assertThat(model.signature().inputs()).singleElement().hasToString("images: FLOAT[?,28,28]");
        assertThat(model.signature().outputs()).singleElement().hasToString("scores: FLOAT[?,10]");
        assertThat(model.parameters()).isEqualTo(21);
        assertThat(model.weightBytes()).isEqualTo(84);
        assertThat(model.metadata()).containsKey("signature serving_default");
    }

    @Test
    void frozenGraphsTellPlaceholdersAndWhatNobodyReads() throws IOException {
        ModelInspection model = inspect(Samples.proto(out -> {
            out.writeByteArray(1, node("x", "Placeholder", 9, shape(4)));
            out.writeByteArray(1, node("a", "Relu", 1, shape(), "x"));
            out.writeByteArray(1, node("b", "Neg", 1, shape(), "a:0", "^x"));
        }));

        assertThat(model.signature().inputs()).singleElement().hasToString("x: INT64[4]");
        assertThat(model.signature().outputs()).singleElement().hasToString("b: FLOAT[]");
        assertThat(model.warnings()).anyMatch(w -> w.contains("names no outputs"));
    }

    private static byte[] feature(String name, int kind, byte[] type) {
        return Samples.proto(out -> {
            out.writeString(1, name);
            out.writeByteArray(3, Samples.proto(t -> t.writeByteArray(kind, type)));
        });
    }

    @Test
    void coreMlTellsFeaturesLayersAndWeights() throws IOException {
        byte[] array = Samples.proto(out -> {
            out.writeByteArray(1, new byte[] {3, 8});
            out.writeInt32(2, 65600);
        });
        byte[] image = Samples.proto(out -> {
            out.writeInt64(1, 32);
            out.writeInt64(2, 16);
            out.writeInt32(3, 10);
        });
        byte[] convolution = Samples.proto(out -> {
            out.writeByteArray(90, Samples.proto(w -> w.writeByteArray(1, new byte[40])));
            out.writeByteArray(91, Samples.proto(w -> w.writeByteArray(2, new byte[6])));
        });
        byte[] dense = Samples.proto(out -> out.writeByteArray(20, Samples.proto(w -> {
            w.writeByteArray(30, new byte[9]);
            w.writeByteArray(40, Samples.proto(q -> q.writeInt64(1, 4)));
        })));
        ModelInspection model = inspect(Samples.proto(out -> {
            out.writeInt32(1, 4);
            out.writeByteArray(2, Samples.proto(d -> {
                d.writeByteArray(1, feature("picture", 4, image));
                d.writeByteArray(1, feature("extra", 5, array));
                d.writeByteArray(10, feature("label", 3, new byte[0]));
                d.writeByteArray(10, feature("odds", 6, new byte[0]));
            }));
            out.writeByteArray(500, Samples.proto(net -> {
                net.writeByteArray(1, Samples.proto(l -> l.writeByteArray(100, convolution)));
                net.writeByteArray(1, Samples.proto(l -> l.writeByteArray(140, dense)));
                net.writeByteArray(1, Samples.proto(l -> l.writeByteArray(999, new byte[0])));
            }));
        }));

        assertThat(model.signature().inputs())
                .extracting(Object::toString)
                .containsExactly("picture: UINT8[1,16,32]", "extra: DOUBLE[3,8]");
        assertThat(model.signature().outputs()).singleElement().hasToString("label: STRING[]");
        assertThat(model.operators()).isEqualTo(Map.of("convolution", 1, "innerProduct", 1, "layer 999", 1));
        assertThat(model.parameters()).isEqualTo(10 + 3 + 18);
        assertThat(model.weightBytes()).isEqualTo(55);
        assertThat(model.metadata())
                .containsEntry("quantization", "4 bits")
                .containsEntry("image picture", "32 x 16, gray");
        assertThat(model.warnings()).anyMatch(w -> w.contains("(odds)"));
    }

    @Test
    void torchScriptTellsWhatItsCodeCalls() throws IOException {
        ModelInspection model = inspect(
                Samples.zip(
                        Map.of(
                                "m/constants.pkl", "\u0080\2).",
                                "m/data.pkl", "\u0080\2ctorch\nHalfStorage\n.",
                                "m/version", "3\n",
                                "m/data/0", "x".repeat(10),
                                "m/code/__torch__.py",
                                        "def forward(self: __torch__.Net,\n    x: Tensor) -> Tensor:\n  y = torch.relu(x)\n  return torch.relu(ops.quantized.linear(y))")));

        assertThat(model.operators()).isEqualTo(Map.of("relu", 2, "linear", 1));
        assertThat(model.weightBytes()).isEqualTo(10);
        assertThat(model.metadata()).containsEntry("forward", "self: __torch__.Net, x: Tensor");
    }

    @Test
    void enginesTellTheVersionTheyNeed() throws IOException {
        StringBuilder head = new StringBuilder("ptrt\0\0\0\0\u00cd\0\0\0\0\0\0\0" + "\0".repeat(8));
        for (int part : new int[] {8, 2, 1, 8}) {
            head.append("\2\u0080\1\0").append((char) part);
        }
        ModelInspection model = inspect(Samples.latin(head + "\0".repeat(40)));

        assertThat(model.producer()).isEqualTo("TensorRT 8.2.1.8");
        assertThat(model.can("convert")).isFalse();
    }

    @Test
    void openvinoCountsItsConstantsAndNamesOldVersions() throws IOException {
        String graph =
                "<net name=\"n\" version=\"%s\"><layers><layer id=\"0\" name=\"c\" type=\"Const\"><data element_type=\"f16\""
                        + " shape=\"3,4\" size=\"24\" offset=\"0\"/></layer></layers><meta_data><MO_version value=\"2022.1\"/></meta_data></net>";
        ModelInspection now = inspect(String.format(graph, "11").getBytes(StandardCharsets.UTF_8));
        assertThat(now.parameters()).isEqualTo(12);
        assertThat(now.weightBytes()).isEqualTo(24);
        assertThat(now.producer()).isEqualTo("OpenVINO 2022.1");
        assertThat(now.can("convert")).isTrue();

        ModelInspection old = inspect(String.format(graph, "7").getBytes(StandardCharsets.UTF_8));
        assertThat(old.can("convert")).isFalse();
        assertThat(old.warnings()).anyMatch(w -> w.contains("IR 7"));
    }
}
