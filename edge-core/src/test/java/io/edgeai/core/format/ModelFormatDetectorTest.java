package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.TinyModels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFormatDetectorTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("x"), bytes);
    }

    private Path file(String latin) throws IOException {
        return file(latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void refused(Path file, String kind) {
        assertThatThrownBy(() -> ModelFormatDetector.detect(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(kind)
                .hasMessageContaining("Maybe")
                .hasMessageContaining(file.toString());
    }

    private static byte[] proto(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        writing.to(out);
        out.flush();
        return bytes.toByteArray();
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] zip(String... names) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(name.getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] safetensors(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .array();
    }

    @Test
    void onnx() throws IOException {
        assertThat(ModelFormatDetector.detect(file(TinyModels.affine(1)))).isEqualTo(ModelFormat.ONNX);
    }

    @Test
    void theProtobufFamilyIsToldApartByItsFields() throws IOException {
        byte[] node = proto(out -> {
            out.writeString(1, "x");
            out.writeString(2, "Placeholder");
        });
        byte[] graphDef = proto(out -> {
            out.writeByteArray(1, node);
            out.writeByteArray(1, node);
            out.writeByteArray(4, new byte[] {8, 1});
        });
        byte[] savedModel = proto(out -> {
            out.writeInt64(1, 1);
            out.writeByteArray(2, proto(meta -> meta.writeByteArray(2, graphDef)));
        });
        byte[] coreml = proto(out -> {
            out.writeInt32(1, 4);
            out.writeByteArray(2, proto(description -> description.writeByteArray(1, new byte[] {10, 1, 'a'})));
            out.writeByteArray(403, new byte[] {8, 1});
        });
        assertThat(ModelFormatDetector.detected(file(graphDef)))
                .isEqualTo(new Detected(ModelFormat.TENSORFLOW, "GraphDef"));
        assertThat(ModelFormatDetector.detected(file(savedModel)))
                .isEqualTo(new Detected(ModelFormat.TENSORFLOW, "SavedModel"));
        assertThat(ModelFormatDetector.detect(file(coreml))).isEqualTo(ModelFormat.COREML);
        refused(
                file(proto(out -> {
                    out.writeByteArray(1, new byte[] {10, 1, 'a'});
                    out.writeByteArray(2, graphDef);
                    out.writeByteArray(3, new byte[] {10, 1, 'a'});
                })),
                "TensorFlow checkpoint");
        refused(
                file(proto(out -> {
                    out.writeString(1, "net");
                    out.writeByteArray(100, node);
                })),
                "Caffe");
        refused(file(proto(out -> out.writeByteArray(77, new byte[300]))), "fields [77]");
    }

    @Test
    void aProtobufThatBreaksOffIsCalledCutOff() throws IOException {
        byte[] whole = TinyModels.affine(1);
        refused(file(Arrays.copyOf(whole, whole.length - 20)), "cut off");
    }

    /** A sparse file of 3 GiB: were its payload loaded, this would fail or take minutes. */
    @Test
    void payloadsAreSkippedNotLoaded() throws IOException {
        Path huge = folder.resolve("huge");
        byte[] head = proto(out -> {
            out.writeInt64(1, 8);
            out.writeTag(7, 2);
        });
        long graphBytes = 3L << 30;
        try (var channel = Files.newByteChannel(
                huge, java.nio.file.StandardOpenOption.CREATE_NEW, java.nio.file.StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(head));
            channel.write(ByteBuffer.wrap(proto(out -> out.writeUInt64NoTag(graphBytes))));
            channel.position(channel.position() + graphBytes);
            channel.write(ByteBuffer.wrap(proto(out -> out.writeByteArray(8, new byte[] {16, 17}))));
        }
        assertThat(ModelFormatDetector.detect(huge)).isEqualTo(ModelFormat.ONNX);
    }

    @Test
    void zipArchives() throws IOException {
        assertThat(ModelFormatDetector.detected(file(zip("m/data.pkl", "m/constants.pkl", "m/code/a.py"))))
                .isEqualTo(new Detected(ModelFormat.PYTORCH, "TorchScript"));
        assertThat(ModelFormatDetector.detected(file(zip("m/data.pkl", "m/constants.pkl", "m/bytecode.pkl"))))
                .isEqualTo(new Detected(ModelFormat.PYTORCH, "TorchScript for mobile"));
        assertThat(ModelFormatDetector.detected(file(zip("m/data.pkl", "m/data/0", "m/version"))))
                .isEqualTo(new Detected(ModelFormat.PYTORCH, "weights"));
        assertThat(ModelFormatDetector.detect(
                        file(zip("p.mlpackage/Manifest.json", "p.mlpackage/Data/com.apple.CoreML/m.mlmodel"))))
                .isEqualTo(ModelFormat.COREML);
        refused(file(zip("a.npy", "b.npy")), "NumPy arrays");
        refused(file(zip("m/saved_model.pb")), "zipped TensorFlow SavedModel");
        refused(file(zip("config.json", "model.weights.h5")), "Keras");
        refused(file(zip("README")), "without a model of a known kind");
        byte[] torch = zip("m/data.pkl", "m/data/0", "m/version");
        refused(file(Arrays.copyOf(torch, torch.length / 2)), "damaged or cut off");
    }

    @Test
    void safetensorsAreMeasured() throws IOException {
        String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}";
        assertThat(ModelFormatDetector.detect(file(safetensors(header, 24)))).isEqualTo(ModelFormat.HUGGINGFACE);
        refused(file(safetensors(header, 23)), "cut off after");
        refused(file(safetensors("{\"w\":[1,2,3]}", 0)), "header is damaged");
        refused(file(safetensors("{\"w\":{\"dtype\":\"F32\",\"shape\":[2", 0)), "header is damaged");
    }

    @Test
    void flatbuffersEnginesAndXgboost() throws IOException {
        assertThat(ModelFormatDetector.detect(file("\u0014\0\0\0TFL3" + "\0".repeat(60))))
                .isEqualTo(ModelFormat.TFLITE);
        assertThat(ModelFormatDetector.detect(file("ftrt\0\0\0\0" + "\1".repeat(60))))
                .isEqualTo(ModelFormat.TENSORRT);
        assertThat(ModelFormatDetector.detect(file("ptrt\0\0\0\0" + "\1".repeat(60))))
                .isEqualTo(ModelFormat.TENSORRT);
        assertThat(ModelFormatDetector.detect(
                        file("{\"version\":[2,0,0],\"learner\":{\"objective\":{\"name\":\"reg:squarederror\"}}}")))
                .isEqualTo(ModelFormat.XGBOOST);
        assertThat(ModelFormatDetector.detect(file("{L\0\0\0\0\0\0\0\7learner{}}")))
                .isEqualTo(ModelFormat.XGBOOST);
        assertThat(ModelFormatDetector.detect(file("binf" + "\0".repeat(200)))).isEqualTo(ModelFormat.XGBOOST);
        String old = "\0\0\0?\7\0\0\0" + "\0".repeat(128) + "\17\0\0\0\0\0\0\0binary:logistic\6\0\0\0\0\0\0\0gbtree";
        assertThat(ModelFormatDetector.detect(file(old))).isEqualTo(ModelFormat.XGBOOST);
        refused(file("{\"learner\":{\"objective\":{\"name\":\"reg:squarederror\""), "cut off");
        refused(file("{L\0\0\0\0\0\0\0\7learner{"), "cut off");
    }

    @Test
    void xml() throws IOException {
        assertThat(ModelFormatDetector.detect(
                        file("\u00ef\u00bb\u00bf<?xml version=\"1.0\"?>\n<!-- a net -->\n<net name=\"n\"></net>\n")))
                .isEqualTo(ModelFormat.OPENVINO);
        assertThat(ModelFormatDetector.detect(file("<net></net>"))).isEqualTo(ModelFormat.OPENVINO);
        refused(file("<?xml version=\"1.0\"?><net><layers>"), "cut off");
        refused(file("<?xml version=\"1.0\"?><PMML/>"), "root element <PMML>");
        refused(file("<!DOCTYPE html>\n<html><body>404</body></html>"), "HTML page");
        refused(file("\n  <html><net/></html>"), "HTML page");
    }

    @Test
    void pickles() throws IOException {
        String stackGlobal =
                "\u0080\4\u0095\u00ff\0\0\0\0\0\0\0\u008c\u0019sklearn.linear_model._base\u0094\u008c\20LinearRegression\u0094\u0093\u0094)\u0081.";
        String fixed = stackGlobal.replace("\u0019sklearn", "\u001asklearn");
        assertThat(ModelFormatDetector.detected(file(fixed)))
                .isEqualTo(new Detected(
                        ModelFormat.SCIKIT_LEARN, "pickle of sklearn.linear_model._base.LinearRegression"));
        assertThat(ModelFormatDetector.detect(file("\u0080\2csklearn.svm._classes\nSVC\nq\0)\u0081q\1.")))
                .isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(ModelFormatDetector.detect(file("ccopy_reg\n_reconstructor\n(csklearn.svm.classes\nSVC\n.")))
                .isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(ModelFormatDetector.detect(
                        file("\u0080\2ccollections\nOrderedDict\n)Rctorch._utils\n_rebuild_tensor_v2\n.")))
                .isEqualTo(ModelFormat.PYTORCH);
        assertThat(ModelFormatDetector.detect(
                        file("\u0080\2\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.\u0080\2M\u00e9\3.")))
                .isEqualTo(ModelFormat.PYTORCH);
        for (String booster : new String[] {"xgboost.core\nBooster", "lightgbm.basic\nBooster"}) {
            assertThat(ModelFormatDetector.detected(file("\u0080\3c" + booster + "\n)\u0081.")))
                    .isEqualTo(new Detected(ModelFormat.SCIKIT_LEARN, "pickle of " + booster.replace('\n', '.')));
        }
        refused(file("\u0080\3cpandas.core.frame\nDataFrame\n)\u0081."), "pickle of (pandas.core.frame.DataFrame)");
        refused(file("\u0080\4K\1."), "pickle of plain values");
    }

    @Test
    void aStringInAPickleIsNoClass() throws IOException {
        refused(file("\u0080\4\u008c\14sklearn.fake\u0094."), "pickle of plain values");
    }

    @Test
    void compressedPicklesAreReadThrough() throws IOException {
        byte[] pickle = "\u0080\2csklearn.svm._classes\nSVC\nq\0)\u0081q\1.".getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(pickle);
        }
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(zlib)) {
            out.write(pickle);
        }
        assertThat(ModelFormatDetector.detected(file(gzip.toByteArray())).variant())
                .startsWith("gzip-compressed");
        assertThat(ModelFormatDetector.detected(file(zlib.toByteArray())).variant())
                .startsWith("zlib-compressed");
        ByteArrayOutputStream onnx = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(onnx)) {
            out.write(TinyModels.affine(1));
        }
        refused(file(onnx.toByteArray()), "gzip-compressed. Maybe unpack it first");
        refused(file("\u001f\u008b\10" + "broken beyond repair"), "damaged");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version https://git-lfs.github.com/spec/v1\\noid sha256:00\\nsize 1\\n | Git LFS pointer",
                "plain words | text, not a model",
                "{\"weight_map\":{}} | index of a sharded Hugging Face model",
                "{\"model_type\":\"bert\"} | configuration without weights",
                "{\"nodes\":[],\"arg_nodes\":[]} | MXNet",
                "{\"a\":1} | JSON document with the keys [a]",
                "{broken | no readable JSON",
                "GGUF1234 | GGUF",
                "1234ORTM | .ort format",
                "1234ET12 | ExecuTorch",
                "CBM1xxxx | CatBoost",
                "%PDF-1.7 | PDF",
                "tree\\nversion=v3\\n | LightGBM",
                "SQLite format 3 | SQLite database"
            })
    void otherFilesAreCalledByTheirNames(String content, String kind) throws IOException {
        refused(file(content.replace("\\n", "\n")), kind);
    }

    @Test
    void packedPicklesAreTakenForWhatJoblibWrites() throws IOException {
        Map<String, String> heads = Map.of(
                "bzip2", "BZh91AY",
                "xz", "\u00fd7zXZ\0\0\u0004",
                "lz4", "\u0004\"M\u0018d@",
                "lzma", "]\0\0\u0080\0" + "\u00ff".repeat(8) + "\0");
        for (Map.Entry<String, String> head : heads.entrySet()) {
            Path packed = file(head.getValue().getBytes(StandardCharsets.ISO_8859_1));
            Detected found = ModelFormatDetector.detected(packed);
            assertThat(found.format()).as(head.getKey()).isEqualTo(ModelFormat.SCIKIT_LEARN);
            assertThat(found.variant()).startsWith(head.getKey() + "-compressed");
            assertThat(ModelInspector.inspect(packed).format()).isEqualTo(ModelFormat.SCIKIT_LEARN);
        }
    }

    @Test
    void mlflowFolderIsWhatItsPickleIs() throws IOException {
        Path mlflow = Files.createDirectory(folder.resolve("mlflow"));
        Files.writeString(mlflow.resolve("MLmodel"), "flavors:\n  sklearn:\n    pickled_model: model.pkl\n");
        refused(mlflow, "MLflow");
        Files.write(
                mlflow.resolve("model.pkl"),
                "\u0080\2csklearn.svm\nSVC\n)\u0081.".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(ModelFormatDetector.detect(mlflow)).isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(ModelInspector.inspect(mlflow).operators()).containsKey("SVC");
    }

    /** Each flavor names its model under a key of its own, within a folder or not, whatever it is called. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pickled_model: 'forest.joblib'       | forest.joblib",
                "model_path: \"art/clf.pickle\"         | art/clf.pickle",
                "data: model.bin                      | model.bin",
                "model_data: data                     | data/model.pth",
                "model_binary: weights                | weights/model"
            })
    void mlflowNamesItsModel(String line, String place) throws IOException {
        Path mlflow = Files.createDirectory(folder.resolve("mlflow"));
        Files.writeString(mlflow.resolve("MLmodel"), "flavors:\n  code: null\n  data: absent\n  " + line + "\n");
        Path model = mlflow.resolve(place);
        Files.createDirectories(model.getParent());
        Files.write(model, "\u0080\2csklearn.svm\nSVC\n)\u0081.".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(MlflowFolder.resolved(mlflow)).isEqualTo(model);
        assertThat(ModelFormatDetector.detect(mlflow)).isEqualTo(ModelFormat.SCIKIT_LEARN);
        assertThat(ModelInspector.inspect(mlflow).operators()).containsKey("SVC");
        assertThat(ModelFiles.of(mlflow, ModelFormat.SCIKIT_LEARN).root())
                .isEqualTo(model.toAbsolutePath().normalize());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data: ../up.pkl", "data: .", "data: /etc/hostname", "data: ''", "other: model.pkl", "data: note"
            })
    void mlflowNamesNothingElse(String line) throws IOException {
        Path mlflow = Files.createDirectory(folder.resolve("mlflow"));
        byte[] pickle = "\u0080\2csklearn.svm\nSVC\n)\u0081.".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(folder.resolve("up.pkl"), pickle);
        Files.write(mlflow.resolve("model.pkl"), pickle);
        Files.writeString(mlflow.resolve("note"), "no model");
        Files.writeString(mlflow.resolve("MLmodel"), line + "\n");

        refused(mlflow, "MLflow");
    }

    @Test
    void filesWithoutContent() throws IOException {
        refused(file(""), "empty");
        refused(file(new byte[100_000]), "zero bytes");
        refused(folder.resolve("absent"), "does not exist");
        refused(file("\u0089HDF\r\n\u001a\n" + "\0".repeat(40)), "HDF5");
        refused(file("\u0093NUMPY\1\0"), "NumPy array");
    }

    /** What exporters to ONNX leave: the graph and the settings, without the weights they came from. */
    @ParameterizedTest
    @ValueSource(strings = {"model.onnx", "onnx/model.onnx"})
    void aHuggingFaceExportNeedsNoWeightsBesideItsGraph(String graph) throws IOException {
        Path export = Files.createDirectories(folder.resolve("export/onnx")).getParent();
        Files.write(export.resolve(graph), TinyModels.affine(1));
        refused(export, "no model of a known kind");
        Files.writeString(export.resolve("config.json"), "{\"other\":\"settings\"}");
        refused(export, "no model of a known kind");
        Files.writeString(export.resolve("config.json"), "{\"model_type\":\"bert\"}");

        assertThat(ModelFormatDetector.detect(export)).isEqualTo(ModelFormat.HUGGINGFACE);
    }

    @Test
    void folders() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        refused(empty, "empty folder");
        Path hf = Files.createDirectory(folder.resolve("hf"));
        Files.writeString(hf.resolve("config.json"), "{\"model_type\":\"bert\"}");
        refused(hf, "no model of a known kind; it holds [config.json]");
        Files.write(hf.resolve("model.safetensors"), safetensors("{}", 0));
        assertThat(ModelFormatDetector.detect(hf)).isEqualTo(ModelFormat.HUGGINGFACE);
        Files.writeString(hf.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1\n");
        refused(hf.resolve("model.safetensors"), "Git LFS pointer");
        assertThatThrownBy(() -> ModelFormatDetector.detect(hf)).hasMessageContaining("Git LFS pointer");

        Path saved = Files.createDirectory(folder.resolve("saved"));
        Files.write(saved.resolve("saved_model.pb"), TinyModels.affine(1));
        assertThatThrownBy(() -> ModelFormatDetector.detect(saved))
                .hasMessageContaining("ONNX where TensorFlow belongs");

        Path several = Files.createDirectory(folder.resolve("several"));
        for (String name : List.of("a", "b", "c", "d", "e", "f", "g")) {
            Files.write(several.resolve(name), TinyModels.affine(1));
        }
        refused(several, "and 2 more");

        Path coreml = Files.createDirectories(folder.resolve("p/Data/com.apple.CoreML"));
        Files.writeString(folder.resolve("p/Manifest.json"), "{}");
        Files.write(coreml.resolve("model.mlmodel"), proto(out -> {
            out.writeInt32(1, 7);
            out.writeByteArray(2, new byte[] {10, 0});
            out.writeByteArray(502, new byte[] {8, 1});
        }));
        assertThat(ModelFormatDetector.detect(folder.resolve("p"))).isEqualTo(ModelFormat.COREML);
    }

    /** Whatever the bytes, the answer is a format or one typed error, never anything else. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5"})
    void noBytesBreakIt(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> starts = List.of(
                TinyModels.affine(1),
                safetensors("{\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}", 24),
                zip("m/data.pkl", "m/version"),
                "\u0080\4\u0095\7\0\0\0\0\0\0\0\u008c\3abc\u0094.".getBytes(StandardCharsets.ISO_8859_1),
                "{\"learner\":{\"objective\":{}},\"version\":[1]}".getBytes(StandardCharsets.ISO_8859_1),
                new byte[64]);
        for (int i = 0; i < 400; i++) {
            byte[] bytes = starts.get(random.nextInt(starts.size())).clone();
            for (int flips = random.nextInt(8); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(3) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
            if (random.nextInt(10) == 0) {
                random.nextBytes(bytes);
            }
            Path file = file(bytes);
            try {
                assertThat(ModelFormatDetector.detect(file)).isNotNull();
                ModelInspector.inspect(file);
            } catch (ModelFormatException e) {
                assertThat(e.getMessage()).as("seed %d, case %d", seed, i).contains("Maybe");
            }
        }
    }
}
