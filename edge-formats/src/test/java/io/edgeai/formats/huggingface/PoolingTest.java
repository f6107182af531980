package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.formats.safetensors.TensorFile;
import io.edgeai.formats.spi.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sentence embeddings: what sentence-transformers puts behind a model. */
class PoolingTest {
    @TempDir
    Path folder;

    private void module(String name, String config) throws IOException {
        Files.createDirectories(folder.resolve(name));
        Files.writeString(folder.resolve(name).resolve("config.json"), config.replace('\'', '"'));
    }

    private void modules(String... kinds) throws IOException {
        StringBuilder list =
                new StringBuilder("[{'idx':0,'name':'0','path':'','type':'sentence_transformers.models.Transformer'}");
        for (int i = 0; i < kinds.length; i++) {
            list.append(",{'idx':")
                    .append(i + 1)
                    .append(",'name':'")
                    .append(i + 1)
                    .append("','path':'");
            list.append(i + 1).append('_').append(kinds[i]);
            list.append("','type':'sentence_transformers.models.")
                    .append(kinds[i])
                    .append("'}");
        }
        Files.writeString(
                folder.resolve("modules.json"), list.append(']').toString().replace('\'', '"'));
    }

    private static TinyModel model(long seed) {
        return BertOracle.body(seed, "bert", "BertModel", "", 12, 2).linear("pooler.dense", 12, 12);
    }

    /** What each mode makes of the vectors of tokens that the mask shows. */
    private static double[] pooled(String mode, double[][] hidden, long[] mask) {
        double[] sum = new double[12];
        double[] most = new double[12];
        java.util.Arrays.fill(most, Double.NEGATIVE_INFINITY);
        int count = 0;
        for (int t = 0; t < hidden.length; t++) {
            for (int c = 0; c < 12 && mask[t] == 1; c++) {
                sum[c] += hidden[t][c];
                most[c] = Math.max(most[c], hidden[t][c]);
            }
            count += (int) mask[t];
        }
        double divisor = mode.equals("mean_tokens") ? count : Math.sqrt(count);
        for (int c = 0; c < 12; c++) {
            sum[c] /= divisor;
        }
        return mode.equals("cls_token") ? hidden[0] : mode.equals("max_tokens") ? most : sum;
    }

    private static double[] unit(double[] x) {
        double square = 0;
        for (double value : x) {
            square += value * value;
        }
        double length = Math.sqrt(square);
        return java.util.Arrays.stream(x).map(value -> value / length).toArray();
    }

    @ParameterizedTest
    @CsvSource({"cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens"})
    void modes(String mode) throws IOException {
        TinyModel model = model(130);
        BertOracle oracle = new BertOracle(model, "", Loops::gelu);
        String off = "'pooling_mode_cls_token':false,'pooling_mode_mean_tokens':false"
                .replace(mode + "':false", mode + "':true");
        String on = off.contains(":true") ? off : off + ",'pooling_mode_" + mode + "':true";
        module("1_Pooling", "{'word_embedding_dimension':12," + on + "}");
        modules("Pooling", "Normalize");

        Agreement found = new Agreement(model, folder, 7, 0);

        found.pooled("sentence_embedding", (ids, mask, types) ->
                new double[][] {unit(pooled(mode, oracle.hidden(ids, mask, types, BertOracle.counting(7)), mask))});
        found.tokens(
                "last_hidden_state", (ids, mask, types) -> oracle.hidden(ids, mask, types, BertOracle.counting(7)));
        assertThat(found.imported().graph().outputs())
                .extracting(OnnxValue::name)
                .containsExactly("last_hidden_state", "sentence_embedding");
    }

    /** Regression: beside a graph of its own a folder's modules were passed over, and the mean was taken for all. */
    @ParameterizedTest
    @ValueSource(ints = {17, 12})
    void modulesStandBehindAGraphThatTheFolderHolds(int opset) throws IOException {
        TinyModel model = model(133);
        BertOracle oracle = new BertOracle(model, "", Loops::gelu);
        Path saved = model.save(folder);
        OnnxGraph own = new HuggingFaceImporter().read(saved).graph();
        own.info().opsets().put("", (long) opset);
        Files.createDirectories(saved.resolve("onnx"));
        Files.write(saved.resolve("onnx/model.onnx"), OnnxWriter.toBytes(own));
        module("1_Pooling", "{'pooling_mode_cls_token':true,'pooling_mode_mean_tokens':false}");
        modules("Pooling", "Normalize");

        Agreement found = new Agreement(model, folder, 7, 0);

        found.pooled(
                "sentence_embedding", (ids, mask, types) -> new double[][] {
                    unit(pooled("cls_token", oracle.hidden(ids, mask, types, BertOracle.counting(7)), mask))
                });
        assertThat(found.imported().notes().get(0).startsWith("the folder's own onnx/model.onnx"))
                .as("an older operator set cannot take the modules: the weights are converted")
                .isEqualTo(opset == 17);
    }

    @Test
    void aPoolingThatCannotBeWrittenIsNotLeftOut() throws IOException {
        Path saved = model(134).save(folder);
        OnnxGraph own = new HuggingFaceImporter().read(saved).graph();
        own.info().opsets().put("", 12L);
        Files.write(saved.resolve("model.onnx"), OnnxWriter.toBytes(own));
        Files.delete(saved.resolve("model.safetensors"));
        module("1_Pooling", "{'pooling_mode_cls_token':true,'pooling_mode_mean_tokens':false}");

        assertThatThrownBy(() -> new HuggingFaceImporter().read(saved))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(model.onnx)")
                .hasMessageContaining("Maybe");
    }

    /** Two modes stand side by side; a dense layer with tanh follows. */
    @Test
    void modesAreJoinedAndProjected() throws IOException {
        TinyModel model = model(131);
        TinyModel dense = new TinyModel(132, "", "").linear("linear", 4, 24);
        BertOracle oracle = new BertOracle(model, "", Loops::gelu);
        module("1_Pooling", "{'pooling_mode_cls_token':true,'pooling_mode_mean_tokens':true}");
        module(
                "2_Dense",
                "{'in_features':24,'out_features':4,'bias':true,'activation_function':'torch.nn.modules.activation.Tanh'}");
        TensorFile weights = new TensorFile();
        dense.weights.forEach((name, values) -> weights.floats(name, values, dense.dims.get(name)));
        weights.save(folder.resolve("2_Dense").resolve("model.safetensors"));
        modules("Pooling", "Dense");

        Agreement found = new Agreement(model, folder, 5, 0);

        found.pooled("sentence_embedding", (ids, mask, types) -> {
            double[][] hidden = oracle.hidden(ids, mask, types, BertOracle.counting(5));
            double[] both = java.util.stream.DoubleStream.concat(
                            java.util.Arrays.stream(pooled("cls_token", hidden, mask)),
                            java.util.Arrays.stream(pooled("mean_tokens", hidden, mask)))
                    .toArray();
            return Loops.each(new Loops(dense).linear(new double[][] {both}, "linear"), Math::tanh);
        });
        assertThat(found.imported().notes()).anyMatch(note -> note.contains("Dense"));
    }

    @Test
    void aPoolingFolderAloneIsEnough() throws IOException {
        module("1_Pooling", "{'pooling_mode_mean_tokens':true}");

        assertThat(model(133).imported(folder).graph().outputs())
                .extracting(OnnxValue::name)
                .contains("sentence_embedding");
    }

    /** Such checkpoints were often trained as masked language models, and still say so. */
    @Test
    void whoeverPoolsTakesTheBody() throws IOException {
        module("1_Pooling", "{'pooling_mode_mean_tokens':true}");
        TinyModel model =
                BertOracle.body(134, "bert", "BertForMaskedLM", "bert.", 12, 2).weight("cls.predictions.bias", 30);

        ImportedModel imported = model.imported(folder);

        assertThat(imported.graph().outputs())
                .extracting(OnnxValue::name)
                .containsExactly("last_hidden_state", "sentence_embedding");
        assertThat(imported.notes()).contains("not used, of another head: cls.predictions.bias");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"})
    void otherModesAreRefusedByName(String mode) throws IOException {
        module("1_Pooling", "{'" + mode + "':true}");

        assertThatThrownBy(() -> model(135).imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining(mode);
    }

    @Test
    void otherModulesAreRefusedByName() throws IOException {
        module("1_Pooling", "{'pooling_mode_mean_tokens':true}");
        modules("Pooling", "LSTM");

        assertThatThrownBy(() -> model(135).imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("module (LSTM)");
    }

    @Test
    void modulesStayInTheirFolder() throws IOException {
        Files.writeString(
                folder.resolve("modules.json"),
                "[{\"path\":\"../../elsewhere\",\"type\":\"sentence_transformers.models.Pooling\"}]");

        assertThatThrownBy(() -> model(136).imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("leads out of the folder");
    }
}
