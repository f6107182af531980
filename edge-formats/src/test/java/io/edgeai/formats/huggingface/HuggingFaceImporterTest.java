package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.ModelImporters;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.safetensors.SafetensorsFolder;
import io.edgeai.formats.safetensors.TensorFile;
import io.edgeai.formats.spi.ImportReport;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a folder is read: which files count, and what is said when they do not fit. */
class HuggingFaceImporterTest {
    @TempDir
    Path folder;

    private static TinyModel bert() {
        return BertOracle.body(140, "bert", "BertModel", "", 12, 2);
    }

    private static double[] hidden(ImportedModel model) {
        long[][] ids = {{4, 9, 3, 17}};
        Map<String, Npy> inputs = Map.of(
                "input_ids", TinyModel.integers(ids),
                "attention_mask", TinyModel.integers(new long[][] {{1, 1, 1, 1}}),
                "token_type_ids", TinyModel.integers(new long[1][4]));
        return TinyModel.run(model, inputs).get("last_hidden_state").numbers();
    }

    @Test
    void theModuleImportsTheFormat() {
        Path saved = bert().set("transformers_version", "4.41.0").save(folder);

        ImportedModel model = ModelImporters.discover().read(ModelFormat.HUGGINGFACE, saved);

        assertThat(model.producer()).isEqualTo("transformers 4.41.0");
        assertThat(model.notes().get(0)).startsWith("BertModel (bert) -> ").endsWith("[last_hidden_state]");
        assertThat(model.graph().info().opset()).isEqualTo(17);
        assertThat(model.graph().inputs().get(0).type())
                .hasToString("OfTensor[element=INT64, shape=[batch, sequence]]");
    }

    /** Everything that is wrong is said at once. */
    @Test
    void missingMisshapenAndExtraWeightsAreListedTogether() {
        TinyModel model = bert().remove("encoder.layer.1.output.dense.bias")
                .weight("embeddings.LayerNorm.weight", 13)
                .linear("encoder.layer.2.output.dense", 12, 20);

        assertThatThrownBy(() -> model.imported(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("in 2 places: ")
                .hasMessageContaining("(encoder.layer.1.output.dense.bias) [12] is missing")
                .hasMessageContaining("(embeddings.LayerNorm.weight) is [13] and not [12]");

        TinyModel extra = bert().linear("encoder.layer.2.output.dense", 12, 20);
        assertThatThrownBy(() -> extra.imported(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(encoder.layer.2.output.dense.weight) is there")
                .hasMessageContaining("(encoder.layer.2.output.dense.bias) is there")
                .hasMessageContaining("Maybe");
    }

    @Test
    void weightsOfOtherHeadsAndBuffersAreNoted() {
        TinyModel model = BertOracle.body(141, "bert", "BertModel", "bert.", 12, 2)
                .weight("bert.embeddings.position_ids", 1, 16)
                .weight("cls.predictions.bias", 30);

        assertThat(model.imported(folder).notes())
                .contains(
                        "not needed, the graph computes them: bert.embeddings.position_ids",
                        "not used, of another head: cls.predictions.bias");
    }

    @Test
    void theReportTellsBodyAndHeadApart() {
        ImportedModel model = BertOracle.body(141, "bert", "BertForSequenceClassification", "bert.", 12, 2)
                .linear("classifier", 3, 12)
                .set("num_labels", 3)
                .imported(folder);

        assertThat(model.report().items())
                .extracting(ImportReport.Item::kind)
                .containsExactly("bert body", "BertForSequenceClassification");
        assertThat(model.report().items().get(0).became()).contains("LayerNormalization x 5", "Softmax x 2");
        assertThat(model.report().items().get(0).places()).containsExactly("bert.*");
        assertThat(model.report().items().get(1).became()).contains("MatMul");
    }

    @Test
    void settingsWithoutMappingAreListedTogether() {
        TinyModel model = bert().set("architectures", List.of("BertForMultipleChoice"))
                .set("quantization_config", Map.of("bits", 4))
                .set("pruned_heads", Map.of("0", List.of(1)));

        assertThatThrownBy(() -> model.imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("cannot be converted for 3 reasons: architectures")
                .hasMessageContaining("BertForMultipleChoice")
                .hasMessageContaining("ForTokenClassification")
                .hasMessageContaining("quantization_config")
                .hasMessageContaining("pruned_heads");
    }

    @ParameterizedTest
    @CsvSource({
        "hidden_act,gelu_unknown,hidden_act is (gelu_unknown)",
        "position_embedding_type,relative_key,only absolute has a mapping",
        "is_decoder,true,is_decoder is on",
        "hidden_size,wide,no whole number",
        "num_hidden_layers,100000,no whole number from 1 to 512",
        "num_hidden_layers,0,no whole number from 1 to 512",
        "num_attention_heads,5,no multiple of the number of heads (5)",
        "layer_norm_eps,-1,no positive number",
        "model_type,llama,model_type is (llama); known are [albert"
    })
    void settingsOutOfRangeAreNamed(String key, String value, String reason) {
        Object typed = value.matches("-?\\d+") ? (Object) Integer.valueOf(value) : value.equals("true") ? true : value;
        TinyModel model = bert().set(key, typed);

        assertThatThrownBy(() -> model.imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(reason)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("Maybe");
    }

    /** Half the bits: what is stored is read exactly, so both models answer alike up to the rounding of the weights. */
    @ParameterizedTest
    @CsvSource({"F16,2e-2", "BF16,2e-1", "F64,0"})
    void weightsOfOtherFloatsAreReadAsFloat(String type, double bound) throws IOException {
        TinyModel model = bert();
        double[] exact = hidden(model.imported(folder.resolve("exact")));
        Path saved = model.save(folder.resolve("other"));
        TensorFile file = new TensorFile();
        model.weights.forEach((name, values) -> file.tensor(name, type, bytes(type, values), model.dims.get(name)));
        file.save(saved.resolve(SafetensorsFolder.SINGLE));

        ImportedModel other = new HuggingFaceImporter().read(saved);

        double[] found = hidden(other);
        for (int i = 0; i < exact.length; i++) {
            assertThat(found[i])
                    .as("%s, element %d, seed %d", type, i, model.seed)
                    .isCloseTo(exact[i], within(bound));
        }
        assertThat(other.notes()).contains(model.weights.size() + " weights of " + type + " read as float");
    }

    private static byte[] bytes(String type, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case "F64" -> bytes.putDouble(value);
                case "BF16" -> bytes.putShort((short) (Float.floatToIntBits(value) >> 16));
                default -> bytes.putShort(half(value));
            }
        }
        return java.util.Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** The nearest half of a number of ordinary size. */
    private static short half(float value) {
        int exponent = Math.getExponent(value);
        if (exponent < -14) {
            return (short) (Math.round(Math.abs(value) * 0x1p24f) | (value < 0 ? 0x8000 : 0));
        }
        int steps = Math.round(Math.abs(value) * (float) Math.pow(2, 10 - exponent));
        return (short) (((exponent + 15) << 10) + steps - 1024 | (value < 0 ? 0x8000 : 0));
    }

    @Test
    void shardsAreReadThroughTheirIndex() throws IOException {
        TinyModel model = bert();
        double[] whole = hidden(model.imported(folder.resolve("whole")));
        Path saved = model.save(folder.resolve("parts"));
        Files.delete(saved.resolve(SafetensorsFolder.SINGLE));
        TensorFile[] shards = {new TensorFile(), new TensorFile(), new TensorFile()};
        StringBuilder map = new StringBuilder();
        int next = 0;
        for (String name : model.weights.keySet()) {
            int shard = next++ % 3;
            shards[shard].floats(name, model.weights.get(name), model.dims.get(name));
            map.append(map.isEmpty() ? "" : ",")
                    .append('"')
                    .append(name)
                    .append("\":\"part")
                    .append(shard)
                    .append('"');
        }
        for (int i = 0; i < 3; i++) {
            shards[i].save(saved.resolve("part" + i));
        }
        Files.writeString(saved.resolve(SafetensorsFolder.INDEX), "{\"weight_map\":{" + map + "}}");

        assertThat(hidden(new HuggingFaceImporter().read(saved))).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource({"model.onnx", "onnx/model.onnx"})
    void aReadyGraphIsUsed(String name) throws IOException {
        Path saved = bert().save(folder);
        OnnxGraph ready = OnnxGraph.create("ready", 17);
        ready.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 1));
        ready.add("Identity", "i", List.of("x"), List.of("y"));
        ready.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 1));
        Files.createDirectories(saved.resolve(name).getParent());
        Files.write(saved.resolve(name), OnnxWriter.toBytes(ready));

        ImportedModel model = new HuggingFaceImporter().read(saved);

        assertThat(model.graph().name()).isEqualTo("ready");
        assertThat(model.notes()).containsExactly("the folder's own " + name + " is used as it is");
    }

    @Test
    void weightsBesideTheirSettingsStandForTheFolder() {
        Path saved = bert().save(folder);

        assertThat(hidden(new HuggingFaceImporter().read(saved.resolve(SafetensorsFolder.SINGLE))))
                .isEqualTo(hidden(new HuggingFaceImporter().read(saved)));
    }

    @Test
    void weightsAloneAreInspectedOnly() {
        Path alone = new TensorFile().floats("l1.weight", new float[4], 2, 2).save(folder.resolve("net.safetensors"));

        assertThatThrownBy(() -> new HuggingFaceImporter().read(alone))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("tensors (1) without the computation")
                .hasMessageContaining("config.json");
    }

    @Test
    void safetensorsUnderTheNameOfAPickleAreNoPickle() throws IOException {
        Path saved = bert().save(folder);
        Files.move(saved.resolve(SafetensorsFolder.SINGLE), saved.resolve("pytorch_model.bin"));

        assertThatThrownBy(() -> new HuggingFaceImporter().read(saved))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("pytorch_model.bin")
                .hasMessageContaining("Maybe");
    }

    @Test
    void integerWeightsAreNoWeights() {
        TinyModel model = bert();
        Path saved = model.save(folder);
        TensorFile file = new TensorFile();
        model.weights.forEach((name, values) -> {
            if (name.equals("encoder.layer.0.intermediate.dense.weight")) {
                file.tensor(name, "I8", new byte[values.length], model.dims.get(name));
            } else {
                file.floats(name, values, model.dims.get(name));
            }
        });
        file.save(saved.resolve(SafetensorsFolder.SINGLE));

        assertThatThrownBy(() -> new HuggingFaceImporter().read(saved))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(encoder.layer.0.intermediate.dense.weight) is stored as I8");
    }

    @Test
    void settingsMustBeAnObject() throws IOException {
        Path saved = bert().save(folder);
        Files.writeString(saved.resolve("config.json"), "[1]");
        assertThatThrownBy(() -> new HuggingFaceImporter().read(saved))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no JSON object");
        Files.delete(saved.resolve("config.json"));
        assertThatThrownBy(() -> new HuggingFaceImporter().read(saved))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("no config.json");
    }
}
