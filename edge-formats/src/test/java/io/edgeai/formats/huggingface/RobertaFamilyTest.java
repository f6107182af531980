package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxValue;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RoBERTa, XLM-RoBERTa and CamemBERT: positions that skip the padding, and heads of two layers. */
class RobertaFamilyTest {
    private static final int PADDING = 1;

    @TempDir
    Path folder;

    private static TinyModel model(long seed, String type, String architecture, int types) {
        return BertOracle.body(seed, type, architecture, "roberta.", 12, types).set("pad_token_id", PADDING);
    }

    private static double[][] hidden(BertOracle oracle, long[] ids, long[] mask, long[] types) {
        return oracle.hidden(ids, mask, types, BertOracle.behind(ids, PADDING));
    }

    @ParameterizedTest
    @CsvSource({
        "roberta,RobertaForSequenceClassification",
        "xlm-roberta,XLMRobertaForSequenceClassification",
        "camembert,CamembertForSequenceClassification"
    })
    void sequenceClassification(String type, String architecture) {
        TinyModel model = model(20, type, architecture, 1)
                .set("num_labels", 4)
                .linear("classifier.dense", 12, 12)
                .linear("classifier.out_proj", 4, 12);
        BertOracle oracle = new BertOracle(model, "roberta.", Loops::gelu);
        Loops loops = oracle.loops();

        Agreement found = new Agreement(model, folder, 7, PADDING);

        found.pooled("logits", (ids, mask, types) -> {
            double[][] first = {hidden(oracle, ids, mask, new long[ids.length])[0]};
            return loops.linear(Loops.each(loops.linear(first, "classifier.dense"), Math::tanh), "classifier.out_proj");
        });
        assertThat(found.imported().graph().inputs())
                .extracting(OnnxValue::name)
                .containsExactlyInAnyOrder("input_ids", "attention_mask");
    }

    @Test
    void ofSeveralTokenTypesTheCallerChooses() {
        TinyModel model =
                model(21, "roberta", "RobertaForTokenClassification", 2).linear("classifier", 2, 12);
        BertOracle oracle = new BertOracle(model, "roberta.", Loops::gelu);

        Agreement found = new Agreement(model, folder, 7, PADDING);

        found.tokens(
                "logits", (ids, mask, types) -> oracle.loops().linear(hidden(oracle, ids, mask, types), "classifier"));
        assertThat(found.imported().graph().inputs()).hasSize(3);
    }

    /** The bias is stored once, twice, or under the decoder's name alone, as versions went. */
    @ParameterizedTest
    @CsvSource({"lm_head.bias,false", "lm_head.bias,true", "lm_head.decoder.bias,false"})
    void maskedWords(String bias, boolean copied) {
        TinyModel model = model(22, "roberta", "RobertaForMaskedLM", 1)
                .set("hidden_act", "silu")
                .linear("lm_head.dense", 12, 12)
                .norm("lm_head.layer_norm", 12)
                .weight(bias, 30);
        if (copied) {
            model.weight("lm_head.decoder.weight", 30, 12).weight("lm_head.decoder.bias", 30);
        }
        BertOracle oracle = new BertOracle(model, "roberta.", x -> x * Loops.sigmoid(x));

        Agreement found = new Agreement(model, folder, 6, PADDING);

        found.tokens(
                "logits",
                (ids, mask, types) -> oracle.words(
                        hidden(oracle, ids, mask, new long[ids.length]),
                        "lm_head.dense",
                        Loops::gelu,
                        "lm_head.layer_norm",
                        bias));
        assertThat(found.imported().notes()).noneMatch(note -> note.startsWith("not used"));
    }

    /** Padding may be any token, and stand in front too. */
    @Test
    void positionsCountTokensThatAreNoPadding() {
        TinyModel model = model(23, "roberta", "RobertaModel", 1).set("pad_token_id", 5);
        BertOracle oracle = new BertOracle(model, "roberta.", Loops::gelu);
        long[] ids = {5, 5, 7, 8, 9, 5, 11};
        long[] mask = {0, 0, 1, 1, 1, 0, 1};

        double[] found = TinyModel.run(
                        model.imported(folder),
                        java.util.Map.of(
                                "input_ids", TinyModel.integers(new long[][] {ids}),
                                "attention_mask", TinyModel.integers(new long[][] {mask})))
                .get("last_hidden_state")
                .numbers();

        assertThat(BertOracle.behind(ids, 5)).containsExactly(5, 5, 6, 7, 8, 5, 9);
        double[][] expected = oracle.hidden(ids, mask, new long[7], new long[] {5, 5, 6, 7, 8, 5, 9});
        for (int t : new int[] {2, 3, 4, 6}) {
            for (int c = 0; c < 12; c++) {
                assertThat(found[12 * t + c])
                        .isCloseTo(expected[t][c], org.assertj.core.api.Assertions.within(Agreement.BOUND));
            }
        }
    }
}
