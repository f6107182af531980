package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ELECTRA: narrow embeddings, a discriminator, a generator. */
class ElectraFamilyTest {
    @TempDir
    Path folder;

    private static TinyModel model(long seed, String architecture, int narrow) {
        TinyModel model = BertOracle.body(seed, "electra", architecture, "electra.", narrow, 2);
        return model.set("embedding_size", narrow);
    }

    private static double[][] hidden(BertOracle oracle, long[] ids, long[] mask, long[] types) {
        return oracle.hidden(ids, mask, types, BertOracle.counting(ids.length));
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 12})
    void theDiscriminatorJudgesEachToken(int narrow) {
        TinyModel model = model(30, "ElectraForPreTraining", narrow)
                .linear("discriminator_predictions.dense", 12, 12)
                .linear("discriminator_predictions.dense_prediction", 1, 12);
        BertOracle oracle = new BertOracle(model, "electra.", Loops::gelu);
        Loops loops = oracle.loops();

        Agreement found = new Agreement(model, folder, 7, 0);

        found.tokens("logits", (ids, mask, types) -> {
            double[][] dense = loops.linear(hidden(oracle, ids, mask, types), "discriminator_predictions.dense");
            return loops.linear(Loops.each(dense, Loops::gelu), "discriminator_predictions.dense_prediction");
        });
        assertThat(loops.has("electra.embeddings_project.weight")).isEqualTo(narrow != 12);
    }

    @Test
    void sequenceClassificationUsesGeluWhateverTheLayersUse() {
        TinyModel model = model(31, "ElectraForSequenceClassification", 6)
                .set("hidden_act", "tanh")
                .linear("classifier.dense", 12, 12)
                .linear("classifier.out_proj", 2, 12);
        BertOracle oracle = new BertOracle(model, "electra.", Math::tanh);
        Loops loops = oracle.loops();

        Agreement found = new Agreement(model, folder, 7, 0);

        found.pooled("logits", (ids, mask, types) -> {
            double[][] first = {hidden(oracle, ids, mask, types)[0]};
            return loops.linear(
                    Loops.each(loops.linear(first, "classifier.dense"), Loops::gelu), "classifier.out_proj");
        });
        assertThat(found.imported().graph().outputs()).hasSize(1);
    }

    @Test
    void theGeneratorScoresWordsAtTheWidthOfTheEmbeddings() {
        TinyModel model = model(32, "ElectraForMaskedLM", 6)
                .linear("generator_predictions.dense", 6, 12)
                .norm("generator_predictions.LayerNorm", 6)
                .weight("generator_lm_head.bias", 30);
        BertOracle oracle = new BertOracle(model, "electra.", Loops::gelu);

        Agreement found = new Agreement(model, folder, 7, 0);

        found.tokens(
                "logits",
                (ids, mask, types) -> oracle.words(
                        hidden(oracle, ids, mask, types),
                        "generator_predictions.dense",
                        Loops::gelu,
                        "generator_predictions.LayerNorm",
                        "generator_lm_head.bias"));
        assertThat(found.imported().graph().outputs()).hasSize(1);
    }
}
