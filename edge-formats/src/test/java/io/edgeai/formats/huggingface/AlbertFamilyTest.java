package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ALBERT: layers of a group share weights, embeddings are narrow. */
class AlbertFamilyTest {
    private static final double EPSILON = 1e-6;
    private static final int WIDTH = 12;
    private static final int NARROW = 5;

    @TempDir
    Path folder;

    static TinyModel model(long seed, String architecture, int layers, int groups, int inner) {
        TinyModel model = new TinyModel(seed, "albert", architecture)
                .set("vocab_size", 30)
                .set("embedding_size", NARROW)
                .set("hidden_size", WIDTH)
                .set("num_hidden_layers", layers)
                .set("num_hidden_groups", groups)
                .set("inner_group_num", inner)
                .set("num_attention_heads", 2)
                .set("intermediate_size", 18)
                .set("max_position_embeddings", 12)
                .set("type_vocab_size", 2)
                .set("layer_norm_eps", EPSILON)
                .weight("albert.embeddings.word_embeddings.weight", 30, NARROW)
                .weight("albert.embeddings.position_embeddings.weight", 12, NARROW)
                .weight("albert.embeddings.token_type_embeddings.weight", 2, NARROW)
                .norm("albert.embeddings.LayerNorm", NARROW)
                .linear("albert.encoder.embedding_hidden_mapping_in", WIDTH, NARROW);
        for (int g = 0; g < groups; g++) {
            for (int j = 0; j < inner; j++) {
                String layer = layer(g, j);
                for (String part : new String[] {"query", "key", "value", "dense"}) {
                    model.linear(layer + "attention." + part, WIDTH, WIDTH);
                }
                model.norm(layer + "attention.LayerNorm", WIDTH)
                        .linear(layer + "ffn", 18, WIDTH)
                        .linear(layer + "ffn_output", WIDTH, 18)
                        .norm(layer + "full_layer_layer_norm", WIDTH);
            }
        }
        return model.linear("albert.pooler", WIDTH, WIDTH);
    }

    private static String layer(int group, int inner) {
        return "albert.encoder.albert_layer_groups." + group + ".albert_layers." + inner + ".";
    }

    private static double[][] hidden(TinyModel model, Loops loops, long[] ids, long[] mask, long[] types) {
        double[][] x = Loops.plus(
                Loops.plus(
                        loops.rows("albert.embeddings.word_embeddings.weight", ids),
                        loops.rows("albert.embeddings.token_type_embeddings.weight", types)),
                loops.rows("albert.embeddings.position_embeddings.weight", BertOracle.counting(ids.length)));
        x = loops.linear(
                loops.norm(x, "albert.embeddings.LayerNorm", EPSILON), "albert.encoder.embedding_hidden_mapping_in");
        int perGroup = model.size("num_hidden_layers") / model.size("num_hidden_groups");
        for (int i = 0; i < model.size("num_hidden_layers"); i++) {
            for (int j = 0; j < model.size("inner_group_num"); j++) {
                String layer = layer(i / perGroup, j);
                double[][] seen = Loops.attention(
                        loops.linear(x, layer + "attention.query"),
                        loops.linear(x, layer + "attention.key"),
                        loops.linear(x, layer + "attention.value"),
                        2,
                        Math.sqrt(WIDTH / 2.0),
                        mask,
                        Loops.NONE);
                double[][] middle = loops.norm(
                        Loops.plus(loops.linear(seen, layer + "attention.dense"), x),
                        layer + "attention.LayerNorm",
                        EPSILON);
                double[][] wide = Loops.each(loops.linear(middle, layer + "ffn"), Loops::geluNew);
                x = loops.norm(
                        Loops.plus(loops.linear(wide, layer + "ffn_output"), middle),
                        layer + "full_layer_layer_norm",
                        EPSILON);
            }
        }
        return x;
    }

    @ParameterizedTest
    @CsvSource({"3,1,1", "4,2,1", "2,1,2"})
    void layersShareTheWeightsOfTheirGroup(int layers, int groups, int inner) {
        TinyModel model = model(50 + layers, "AlbertModel", layers, groups, inner);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, 7, 0);

        found.tokens("last_hidden_state", (ids, mask, types) -> hidden(model, loops, ids, mask, types));
        found.pooled(
                "pooler_output",
                (ids, mask, types) -> Loops.each(
                        loops.linear(new double[][] {hidden(model, loops, ids, mask, types)[0]}, "albert.pooler"),
                        Math::tanh));
        assertThat(found.imported().graph().initializers().keySet().stream()
                        .filter(name -> name.contains("ffn.weight")))
                .as("shared weights are stored once")
                .hasSize(groups * inner);
    }

    @Test
    void maskedWordsAreScoredAtTheWidthOfTheEmbeddings() {
        TinyModel model = model(60, "AlbertForMaskedLM", 2, 1, 1)
                .linear("predictions.dense", NARROW, WIDTH)
                .norm("predictions.LayerNorm", NARROW)
                .weight("predictions.bias", 30);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, 6, 0);

        float[] table = loops.weight("albert.embeddings.word_embeddings.weight");
        found.tokens("logits", (ids, mask, types) -> {
            double[][] dense = loops.linear(hidden(model, loops, ids, mask, types), "predictions.dense");
            double[][] x = loops.norm(Loops.each(dense, Loops::geluNew), "predictions.LayerNorm", EPSILON);
            double[][] scores = new double[x.length][30];
            for (int t = 0; t < x.length; t++) {
                for (int w = 0; w < 30; w++) {
                    scores[t][w] = loops.weight("predictions.bias")[w];
                    for (int c = 0; c < NARROW; c++) {
                        scores[t][w] += x[t][c] * table[w * NARROW + c];
                    }
                }
            }
            return scores;
        });
        assertThat(found.imported().notes()).anyMatch(note -> note.contains("albert.pooler.weight"));
    }
}
