package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxValue;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DistilBERT under its own names, with its heads. */
class DistilBertFamilyTest {
    private static final double EPSILON = 1e-12;

    @TempDir
    Path folder;

    static TinyModel model(long seed, String architecture) {
        TinyModel model = new TinyModel(seed, "distilbert", architecture)
                .set("vocab_size", 25)
                .set("dim", 8)
                .set("n_layers", 3)
                .set("n_heads", 2)
                .set("hidden_dim", 14)
                .set("max_position_embeddings", 10)
                .set("activation", "gelu")
                .weight("distilbert.embeddings.word_embeddings.weight", 25, 8)
                .weight("distilbert.embeddings.position_embeddings.weight", 10, 8)
                .norm("distilbert.embeddings.LayerNorm", 8);
        for (int i = 0; i < 3; i++) {
            String layer = "distilbert.transformer.layer." + i + ".";
            for (String part : new String[] {"q_lin", "k_lin", "v_lin", "out_lin"}) {
                model.linear(layer + "attention." + part, 8, 8);
            }
            model.norm(layer + "sa_layer_norm", 8)
                    .linear(layer + "ffn.lin1", 14, 8)
                    .linear(layer + "ffn.lin2", 8, 14)
                    .norm(layer + "output_layer_norm", 8);
        }
        return model;
    }

    private static double[][] hidden(Loops loops, long[] ids, long[] mask) {
        double[][] x = Loops.plus(
                loops.rows("distilbert.embeddings.word_embeddings.weight", ids),
                loops.rows("distilbert.embeddings.position_embeddings.weight", BertOracle.counting(ids.length)));
        x = loops.norm(x, "distilbert.embeddings.LayerNorm", EPSILON);
        for (int i = 0; i < 3; i++) {
            String layer = "distilbert.transformer.layer." + i + ".";
            double[][] seen = Loops.attention(
                    loops.linear(x, layer + "attention.q_lin"),
                    loops.linear(x, layer + "attention.k_lin"),
                    loops.linear(x, layer + "attention.v_lin"),
                    2,
                    2,
                    mask,
                    Loops.NONE);
            double[][] middle = loops.norm(
                    Loops.plus(loops.linear(seen, layer + "attention.out_lin"), x), layer + "sa_layer_norm", EPSILON);
            double[][] wide = Loops.each(loops.linear(middle, layer + "ffn.lin1"), Loops::gelu);
            x = loops.norm(
                    Loops.plus(loops.linear(wide, layer + "ffn.lin2"), middle), layer + "output_layer_norm", EPSILON);
        }
        return x;
    }

    @Test
    void sequenceClassification() {
        TinyModel model = model(40, "DistilBertForSequenceClassification")
                .linear("pre_classifier", 8, 8)
                .linear("classifier", 2, 8);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, 6, 0);

        found.pooled("logits", (ids, mask, types) -> {
            double[][] first = {hidden(loops, ids, mask)[0]};
            double[][] dense = Loops.each(loops.linear(first, "pre_classifier"), x -> Math.max(0, x));
            return loops.linear(dense, "classifier");
        });
        assertThat(found.imported().graph().inputs())
                .extracting(OnnxValue::name)
                .containsExactly("input_ids", "attention_mask");
    }

    @Test
    void maskedWords() {
        TinyModel model = model(41, "DistilBertForMaskedLM")
                .linear("vocab_transform", 8, 8)
                .norm("vocab_layer_norm", 8)
                .linear("vocab_projector", 25, 8);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, 6, 0);

        // The projector's own matrix is a copy of the table of words in real files, so the table is what counts.
        model.weights.put("vocab_projector.weight", loops.weight("distilbert.embeddings.word_embeddings.weight"));
        found.tokens("logits", (ids, mask, types) -> {
            double[][] dense = Loops.each(loops.linear(hidden(loops, ids, mask), "vocab_transform"), Loops::gelu);
            return loops.linear(loops.norm(dense, "vocab_layer_norm", EPSILON), "vocab_projector");
        });
        assertThat(found.imported().graph().outputs()).hasSize(1);
    }
}
