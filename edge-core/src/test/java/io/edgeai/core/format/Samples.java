package io.edgeai.core.format;

import com.google.protobuf.CodedOutputStream;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** One small file of each format and form, written from the formats' specifications. */
final class Samples {
    private Samples() {}

    @FunctionalInterface
    interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    /** A sample and what it is. */
    record Sample(String name, byte[] bytes, ModelFormat format) {
        @Override
        public String toString() {
            return name;
        }
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] proto(Writing writing) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            writing.to(out);
            out.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] zip(Map<String, String> entries) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
                for (Map.Entry<String, String> entry : entries.entrySet()) {
                    zip.putNextEntry(new ZipEntry(entry.getKey()));
                    zip.write(latin(entry.getValue()));
                }
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] gzip(byte[] plain) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(plain);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] safetensors(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    /** TensorFlow's node_def.proto: name 1, op 2; graph.proto: node 1, versions 4, library 2. */
    static byte[] graphDef() {
        return proto(graph -> {
            for (String op : new String[] {"Placeholder", "Const", "MatMul", "MatMul"}) {
                graph.writeByteArray(1, proto(node -> {
                    node.writeString(1, "node/" + op);
                    node.writeString(2, op);
                }));
            }
            graph.writeByteArray(
                    2,
                    proto(library -> library.writeByteArray(
                            1,
                            proto(function -> function.writeByteArray(3, proto(node -> {
                                node.writeString(1, "inner");
                                node.writeString(2, "Relu");
                            }))))));
            graph.writeByteArray(4, proto(versions -> versions.writeInt32(1, 1087)));
        });
    }

    static byte[] savedModel() {
        return proto(model -> {
            model.writeInt64(1, 1);
            model.writeByteArray(2, proto(meta -> {
                meta.writeByteArray(1, proto(info -> {
                    info.writeString(4, "serve");
                    info.writeString(4, "gpu");
                    info.writeString(5, "2.15.0");
                }));
                meta.writeByteArray(2, graphDef());
            }));
        });
    }

    /** Core ML's Model.proto: specificationVersion 1, description 2, the type's own field from 200 on. */
    static byte[] coreml(int type) {
        return proto(model -> {
            model.writeInt32(1, 7);
            model.writeByteArray(2, proto(description -> {
                description.writeByteArray(1, proto(feature -> feature.writeString(1, "image")));
                description.writeByteArray(1, proto(feature -> feature.writeString(1, "threshold")));
                description.writeByteArray(10, proto(feature -> feature.writeString(1, "label")));
                description.writeByteArray(100, proto(metadata -> {
                    metadata.writeString(1, "tells cats from dogs");
                    metadata.writeString(2, "1.2");
                    metadata.writeString(3, "someone");
                    metadata.writeString(4, "MIT");
                }));
            }));
            model.writeByteArray(type, proto(body -> body.writeInt32(1, 1)));
        });
    }

    static String xgboostJson() {
        return "{\"learner\":{\"attributes\":{},\"gradient_booster\":{\"model\":{\"trees\":[]},\"name\":\"gbtree\"},"
                + "\"learner_model_param\":{\"base_score\":\"5E-1\",\"num_class\":\"3\",\"num_feature\":\"7\"},"
                + "\"objective\":{\"name\":\"multi:softprob\"}},\"version\":[1,7,4]}";
    }

    static String openvino() {
        return "<?xml version=\"1.0\"?>\n<net name=\"net\" version=\"11\"><layers>"
                + "<layer id=\"0\" name=\"in\" type=\"Parameter\"><data shape=\"1,3\" element_type=\"f32\"/>"
                + "<output><port id=\"0\" precision=\"FP32\"><dim>1</dim><dim>3</dim></port></output></layer>"
                + "</layers><edges></edges></net>\n";
    }

    static Map<String, String> torch(boolean script) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("net/data.pkl", "\u0080\2}.");
        entries.put("net/data/0", "0123456789abcdef");
        entries.put("net/data/1", "01234567");
        if (script) {
            entries.put("net/constants.pkl", "\u0080\2).");
        }
        entries.put("net/version", "3\n");
        return entries;
    }

    static java.util.stream.Stream<Sample> all() {
        String old = "\0\0\0?\7\0\0\0" + "\0".repeat(128) + "\17\0\0\0\0\0\0\0binary:logistic\6\0\0\0\0\0\0\0gbtree";
        return java.util.stream.Stream.of(
                new Sample("ONNX", TinyModels.affine(2), ModelFormat.ONNX),
                new Sample("ONNX with a loop", TinyModels.countTo(), ModelFormat.ONNX),
                new Sample("GraphDef", graphDef(), ModelFormat.TENSORFLOW),
                new Sample("SavedModel", savedModel(), ModelFormat.TENSORFLOW),
                new Sample("Core ML", coreml(502), ModelFormat.COREML),
                new Sample("TFLite", tflite(), ModelFormat.TFLITE),
                new Sample("TensorRT", latin("ftrt\u00c8\0\0\0" + "\1".repeat(90)), ModelFormat.TENSORRT),
                new Sample("PyTorch weights", zip(torch(false)), ModelFormat.PYTORCH),
                new Sample("TorchScript", zip(torch(true)), ModelFormat.PYTORCH),
                new Sample(
                        "PyTorch pickle",
                        latin("\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\2M\u00e9\3."),
                        ModelFormat.PYTORCH),
                new Sample(
                        "safetensors",
                        safetensors(
                                "{\"__metadata__\":{\"format\":\"pt\"},"
                                        + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[],\"data_offsets\":[24,26]}}",
                                26),
                        ModelFormat.HUGGINGFACE),
                new Sample("OpenVINO", latin(openvino()), ModelFormat.OPENVINO),
                new Sample("XGBoost JSON", latin(xgboostJson()), ModelFormat.XGBOOST),
                new Sample("XGBoost UBJSON", latin("{L\0\0\0\0\0\0\0\7learner{}}"), ModelFormat.XGBOOST),
                new Sample("XGBoost binary", latin("binf" + "\0".repeat(200)), ModelFormat.XGBOOST),
                new Sample("XGBoost before 1.0", latin(old), ModelFormat.XGBOOST),
                new Sample(
                        "scikit-learn",
                        latin("\u0080\2csklearn.svm._classes\nSVC\nq\0)\u0081q\1."),
                        ModelFormat.SCIKIT_LEARN),
                new Sample("scikit-learn with arrays", pipeline(), ModelFormat.SCIKIT_LEARN),
                new Sample("scikit-learn with arrays, compressed", gzip(pipeline()), ModelFormat.SCIKIT_LEARN),
                new Sample("PyTorch tensors", zip(torchState()), ModelFormat.PYTORCH),
                new Sample("Core ML network", coremlNetwork(), ModelFormat.COREML),
                new Sample("XGBoost UBJSON with trees", latin(xgboostUbjson()), ModelFormat.XGBOOST),
                new Sample(
                        "scikit-learn, compressed",
                        gzip(latin("\u0080\2csklearn.svm._classes\nSVC\nq\0)\u0081q\1.")),
                        ModelFormat.SCIKIT_LEARN));
    }

    /**
     * One input, one weight of four bytes, one FULLY_CONNECTED, written word by word: each table stands behind its
     * layout (length, size, where each field is), each offset counts from where it is stored.
     */
    static byte[] tflite() {
        TfliteBytes out = new TfliteBytes();
        return out.model();
    }

    private static byte[] pipeline() {
        String scaler = PickleBytes.object(
                "sklearn.preprocessing._data",
                "StandardScaler",
                "mean_",
                PickleBytes.array("f8", PickleBytes.bytes("m".repeat(24)), 3),
                "n_features_in_",
                PickleBytes.number(3));
        String network = PickleBytes.object(
                "sklearn.neural_network",
                "MLPClassifier",
                "coefs_",
                PickleBytes.list(PickleBytes.joblib("f4", "c".repeat(24), 3, 2)),
                "classes_",
                PickleBytes.array("O8", PickleBytes.list(PickleBytes.text("a"), PickleBytes.text("b")), 2));
        return PickleBytes.file(PickleBytes.object(
                "sklearn.pipeline",
                "Pipeline",
                "steps",
                PickleBytes.list(
                        PickleBytes.tuple(PickleBytes.text("s"), scaler),
                        PickleBytes.tuple(PickleBytes.text("n"), network))));
    }

    private static Map<String, String> torchState() {
        String storage = PickleBytes.tuple(
                        PickleBytes.text("storage"),
                        PickleBytes.global("torch", "FloatStorage"),
                        PickleBytes.text("0"),
                        PickleBytes.text("cpu"),
                        PickleBytes.number(6))
                + "Q";
        String tensor = PickleBytes.called(
                PickleBytes.global("torch._utils", "_rebuild_tensor_v2"),
                PickleBytes.tuple(storage, PickleBytes.number(0), PickleBytes.shape(2, 3)));
        Map<String, String> entries = new LinkedHashMap<>(torch(true));
        entries.put(
                "net/data.pkl",
                new String(
                        PickleBytes.file(PickleBytes.object("__torch__.nets", "Net", "weight", tensor)),
                        StandardCharsets.ISO_8859_1));
        entries.put(
                "net/code/__torch__/nets.py",
                """
                class Net(Module):
                  def forward(self: __torch__.nets.Net,
                    x: Tensor) -> Tensor:
                    return torch.linear(x, self.weight)
                """);
        return entries;
    }

    /** A convolution whose weights are floats and one whose weights are bytes with a scale. */
    private static byte[] coremlNetwork() {
        byte[] floats =
                proto(layer -> layer.writeByteArray(90, proto(weights -> weights.writeByteArray(1, new byte[36]))));
        byte[] bytes = proto(layer -> layer.writeByteArray(20, proto(weights -> {
            weights.writeByteArray(30, new byte[12]);
            weights.writeByteArray(40, proto(quantization -> {
                quantization.writeInt64(1, 8);
                quantization.writeByteArray(101, proto(linear -> linear.writeByteArray(1, new byte[16])));
            }));
        })));
        byte[] network = proto(body -> {
            body.writeByteArray(1, proto(layer -> layer.writeByteArray(100, floats)));
            body.writeByteArray(1, proto(layer -> layer.writeByteArray(140, bytes)));
            body.writeByteArray(100, proto(labels -> labels.writeString(1, "cat")));
        });
        return proto(model -> {
            model.writeInt32(1, 4);
            model.writeByteArray(
                    2,
                    proto(description -> description.writeByteArray(1, proto(feature -> {
                        feature.writeString(1, "x");
                        feature.writeByteArray(
                                3,
                                proto(type -> type.writeByteArray(5, proto(array -> {
                                    array.writeByteArray(1, new byte[] {3, 8});
                                    array.writeInt32(2, 65568);
                                }))));
                    }))));
            model.writeByteArray(403, network);
        });
    }

    private static String ubjsonKey(String key) {
        return "L\0\0\0\0\0\0\0" + (char) key.length() + key;
    }

    private static String xgboostUbjson() {
        String tree = "{" + ubjsonKey("split_conditions") + "[$d#L\0\0\0\0\0\0\0\3" + "\0".repeat(12)
                + ubjsonKey("tree_param") + "{" + ubjsonKey("num_nodes") + "SL\0\0\0\0\0\0\0\1" + "3}}";
        return "{" + ubjsonKey("learner") + "{" + ubjsonKey("gradient_booster") + "{" + ubjsonKey("model") + "{"
                + ubjsonKey("trees") + "[" + tree + tree + "]}" + ubjsonKey("name") + "SL\0\0\0\0\0\0\0\6gbtree}"
                + ubjsonKey("learner_model_param") + "{" + ubjsonKey("num_feature") + "SL\0\0\0\0\0\0\0\1" + "7}}"
                + ubjsonKey("version") + "[$l#L\0\0\0\0\0\0\0\3\0\0\0\2\0\0\0\1\0\0\0\0}";
    }
}
