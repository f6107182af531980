package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands beside or behind a model: labels, tokenizers, old weights, and the end that an engine promises. */
class AttachmentsInspectionTest {
    @TempDir
    Path folder;

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }

    @Test
    void labelsBehindATfliteModelAreRead() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("labelmap.txt", "cat\ndog\nbird\n");
        files.put("vocab.json", "{}");
        Path model = Files.write(folder.resolve("m"), joined(Samples.tflite(), Samples.zip(files)));
        ModelInspection inspection = ModelInspector.inspect(model);
        assertThat(inspection.metadata())
                .containsEntry("attached files", "labelmap.txt,vocab.json")
                .containsEntry("labels", "cat,dog,bird");
        assertThat(inspection.parameters()).isEqualTo(4);
    }

    @Test
    void aBrokenArchiveBehindAModelIsSaid() throws IOException {
        byte[] end = Samples.latin("PK\5\6" + "\u00ff".repeat(18));
        Path model = Files.write(folder.resolve("m"), joined(Samples.tflite(), end));
        assertThat(ModelInspector.inspect(model).warnings())
                .anyMatch(text -> text.contains("archive of files behind the model"));
    }

    @Test
    void huggingFaceFoldersTellTokenizerAndLabels() throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                """
                {"model_type": "bert", "id2label": {"0": "no", "1": "yes"}, "vocab_size": 7, "hidden_size": 4,
                 "problem_type": null, "text_config": {"model_type": "inner", "num_hidden_layers": 2}}""");
        Files.writeString(folder.resolve("tokenizer.json"), "{}");
        Files.writeString(folder.resolve("vocab.txt"), "");
        Files.write(
                folder.resolve("model.safetensors"),
                Samples.safetensors("{\"w\":{\"dtype\":\"F32\",\"shape\":[7,4],\"data_offsets\":[0,112]}}", 112));
        ModelInspection model = ModelInspector.inspect(folder);
        assertThat(model.metadata())
                .containsEntry("labels", "no,yes")
                .containsEntry("tokenizer", "tokenizer.json,vocab.txt")
                .containsEntry("model_type", "bert") // the outermost, not that of a part
                .containsEntry("num_hidden_layers", "2")
                .containsEntry("weights", "w F32[7,4]")
                .doesNotContainKey("problem_type");
    }

    @Test
    void huggingFaceFoldersOfOldWeightsAreCountedToo() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"bert\"}");
        String tensor = PickleBytes.called(
                PickleBytes.global("torch._utils", "_rebuild_tensor_v2"),
                PickleBytes.tuple(
                        PickleBytes.tuple(
                                        PickleBytes.text("storage"),
                                        PickleBytes.global("torch", "FloatStorage"),
                                        PickleBytes.text("0"),
                                        PickleBytes.text("cpu"),
                                        PickleBytes.number(6))
                                + "Q",
                        PickleBytes.number(0),
                        PickleBytes.shape(2, 3)));
        String state = new String(PickleBytes.file(PickleBytes.dict("w", tensor)), StandardCharsets.ISO_8859_1);
        Files.write(
                folder.resolve("pytorch_model.bin"),
                Samples.zip(Map.of("m/data.pkl", state, "m/data/0", "x".repeat(24), "m/version", "3\n")));
        ModelInspection model = ModelInspector.inspect(folder);
        assertThat(model.parameters()).isEqualTo(6);
        assertThat(model.metadata()).containsEntry("weights", "w FLOAT[2,3]");
    }

    /** An engine of 24 + 60 bytes, complete and cut. */
    @Test
    void anEngineThatPromisesMoreThanThereIsIsCutOff() throws IOException {
        StringBuilder engine = new StringBuilder("ptrt" + "\0".repeat(4) + PickleBytes.little(205, 8));
        engine.append(PickleBytes.little(60, 8));
        for (int part : new int[] {8, 2, 1, 8}) {
            engine.append("\2\u0080\1\0").append((char) part);
        }
        engine.append("\u0012\u0080\1\0\u0010\u0080\1\0");
        engine.append("\7\u0080\1\0").append(PickleBytes.little(7, 4));
        engine.append("\7\u0080\1\0").append(PickleBytes.little(2, 4));
        byte[] whole = Arrays.copyOf(Samples.latin(engine.toString()), 84);
        ModelInspection model = ModelInspector.inspect(Files.write(folder.resolve("whole"), whole));
        assertThat(model.metadata()).containsEntry("built for", "a GPU of compute capability 7.2");
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, 83));
        assertThatThrownBy(() -> ModelFormatDetector.detect(cut))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("cut off after 83 of 84 bytes")
                .hasMessageContaining("Maybe");
    }
}
