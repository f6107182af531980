package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxValue;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** BERT with each of its heads against loops. */
class BertFamilyTest {
    private static final int PADDING = 0;

    @TempDir
    Path folder;

    private static TinyModel model(long seed, String architecture) {
        String prefix = architecture.equals("BertModel") ? "" : "bert.";
        return BertOracle.body(seed, "bert", architecture, prefix, 12, 2);
    }

    private static BertOracle oracle(TinyModel model) {
        return new BertOracle(
                model, model.weights.containsKey("embeddings.LayerNorm.bias") ? "" : "bert.", Loops::gelu);
    }

    private static double[][] hidden(BertOracle oracle, long[] ids, long[] mask, long[] types) {
        return oracle.hidden(ids, mask, types, BertOracle.counting(ids.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 16})
    void bodyAloneAtAnyLength(int length) {
        TinyModel model = model(100 + length, "BertModel").linear("pooler.dense", 12, 12);
        BertOracle oracle = oracle(model);

        Agreement found = new Agreement(model, folder, length, PADDING);

        found.tokens("last_hidden_state", (ids, mask, types) -> hidden(oracle, ids, mask, types));
        found.pooled("pooler_output", (ids, mask, types) -> oracle.pooled(hidden(oracle, ids, mask, types)));
        assertThat(found.imported().graph().inputs())
                .extracting(OnnxValue::name)
                .containsExactlyInAnyOrder("input_ids", "attention_mask", "token_type_ids");
    }

    @Test
    void withoutPoolerWeightsThereIsNoPoolerOutput() {
        assertThat(model(3, "BertModel").imported(folder).graph().outputs())
                .extracting(OnnxValue::name)
                .containsExactly("last_hidden_state");
    }

    @Test
    void sequenceClassification() {
        TinyModel model = model(4, "BertForSequenceClassification")
                .set("id2label", java.util.Map.of("0", "a", "1", "b", "2", "c"))
                .linear("bert.pooler.dense", 12, 12)
                .linear("classifier", 3, 12);
        BertOracle oracle = oracle(model);

        Agreement found = new Agreement(model, folder, 7, PADDING);

        found.pooled("logits", (ids, mask, types) -> oracle.loops()
                .linear(oracle.pooled(hidden(oracle, ids, mask, types)), "classifier"));
        assertThat(found.imported().graph().info().metadata())
                .containsKey("huggingface.id2label")
                .containsEntry("huggingface.architecture", "BertForSequenceClassification");
    }

    @Test
    void tokenClassification() {
        TinyModel model =
                model(5, "BertForTokenClassification").set("num_labels", 5).linear("classifier", 5, 12);
        BertOracle oracle = oracle(model);

        new Agreement(model, folder, 6, PADDING).tokens("logits", (ids, mask, types) -> oracle.loops()
                .linear(hidden(oracle, ids, mask, types), "classifier"));
        assertThat(oracle.loops().has("bert.pooler.dense.weight")).isFalse();
    }

    @Test
    void questionAnswering() {
        TinyModel model = model(6, "BertForQuestionAnswering").linear("qa_outputs", 2, 12);
        BertOracle oracle = oracle(model);

        Agreement found = new Agreement(model, folder, 8, PADDING);

        for (int side = 0; side < 2; side++) {
            int column = side;
            found.tokens(side == 0 ? "start_logits" : "end_logits", (ids, mask, types) -> {
                double[][] both = oracle.loops().linear(hidden(oracle, ids, mask, types), "qa_outputs");
                double[][] one = new double[both.length][1];
                for (int t = 0; t < both.length; t++) {
                    one[t][0] = both[t][column];
                }
                return one;
            });
        }
        assertThat(found.imported().graph().outputs()).hasSize(2);
    }

    private static TinyModel words(long seed, String architecture, String act) {
        return model(seed, architecture)
                .set("hidden_act", act)
                .linear("cls.predictions.transform.dense", 12, 12)
                .norm("cls.predictions.transform.LayerNorm", 12)
                .weight("cls.predictions.bias", 30);
    }

    private static double[][] words(BertOracle oracle, DoubleUnaryOperator act, double[][] hidden) {
        return oracle.words(
                hidden,
                "cls.predictions.transform.dense",
                act,
                "cls.predictions.transform.LayerNorm",
                "cls.predictions.bias");
    }

    @Test
    void maskedWordsAreScoredWithTheTableOfWords() {
        TinyModel model = words(7, "BertForMaskedLM", "relu");
        DoubleUnaryOperator relu = x -> Math.max(0, x);
        BertOracle oracle = new BertOracle(model, "bert.", relu);

        Agreement found = new Agreement(model, folder, 5, PADDING);

        found.tokens("logits", (ids, mask, types) -> words(oracle, relu, hidden(oracle, ids, mask, types)));
        assertThat(found.imported().notes()).noneMatch(note -> note.startsWith("not used"));
    }

    @Test
    void untiedWordsHaveTheirOwnMatrix() {
        TinyModel model = words(8, "BertForMaskedLM", "gelu")
                .set("tie_word_embeddings", false)
                .weight("cls.predictions.decoder.weight", 30, 12)
                .rename("cls.predictions.bias", "cls.predictions.decoder.bias");
        BertOracle oracle = oracle(model);
        Loops loops = oracle.loops();

        Agreement found = new Agreement(model, folder, 5, PADDING);

        found.tokens("logits", (ids, mask, types) -> {
            double[][] dense = loops.linear(hidden(oracle, ids, mask, types), "cls.predictions.transform.dense");
            double[][] x = loops.norm(
                    Loops.each(dense, Loops::gelu), "cls.predictions.transform.LayerNorm", BertOracle.EPSILON);
            return loops.linear(x, "cls.predictions.decoder");
        });
        assertThat(found.imported().graph().outputs()).hasSize(1);
    }

    @Test
    void pretrainingHasBothHeads() {
        TinyModel model = words(9, "BertForPreTraining", "gelu")
                .linear("bert.pooler.dense", 12, 12)
                .linear("cls.seq_relationship", 2, 12);
        BertOracle oracle = oracle(model);

        Agreement found = new Agreement(model, folder, 5, PADDING);

        found.tokens(
                "prediction_logits",
                (ids, mask, types) -> words(oracle, Loops::gelu, hidden(oracle, ids, mask, types)));
        found.pooled("seq_relationship_logits", (ids, mask, types) -> oracle.loops()
                .linear(oracle.pooled(hidden(oracle, ids, mask, types)), "cls.seq_relationship"));
        assertThat(found.imported().graph().outputs()).hasSize(2);
    }

    /** Early TensorFlow checkpoints call scale and shift gamma and beta. */
    @Test
    void normalizationsMayBeNamedGammaAndBeta() {
        TinyModel model = model(10, "BertModel");
        BertOracle oracle = oracle(model);
        TinyModel old = model(10, "BertModel");
        for (String name : java.util.List.copyOf(old.weights.keySet())) {
            if (name.contains("LayerNorm.weight")) {
                old.rename(name, name.replace("weight", "gamma"));
            } else if (name.contains("LayerNorm.bias")) {
                old.rename(name, name.replace("bias", "beta"));
            }
        }

        Agreement found = new Agreement(old, folder, 4, PADDING);

        found.tokens("last_hidden_state", (ids, mask, types) -> hidden(oracle, ids, mask, types));
        assertThat(old.weights).containsKey("embeddings.LayerNorm.gamma");
    }
}
