package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MPNet: a bias by distance in every layer. */
class MpnetFamilyTest {
    private static final double EPSILON = 1e-5;
    private static final int PADDING = 1;

    @TempDir
    Path folder;

    static TinyModel model(long seed, int positions) {
        TinyModel model = new TinyModel(seed, "mpnet", "MPNetModel")
                .set("vocab_size", 25)
                .set("hidden_size", 8)
                .set("num_hidden_layers", 2)
                .set("num_attention_heads", 2)
                .set("intermediate_size", 10)
                .set("max_position_embeddings", positions)
                .set("layer_norm_eps", EPSILON)
                .set("relative_attention_num_buckets", 32)
                .weight("embeddings.word_embeddings.weight", 25, 8)
                .weight("embeddings.position_embeddings.weight", positions, 8)
                .norm("embeddings.LayerNorm", 8)
                .weight("encoder.relative_attention_bias.weight", 32, 2);
        for (int i = 0; i < 2; i++) {
            String layer = "encoder.layer." + i + ".";
            for (String part : new String[] {"q", "k", "v", "o"}) {
                model.linear(layer + "attention.attn." + part, 8, 8);
            }
            model.norm(layer + "attention.LayerNorm", 8)
                    .linear(layer + "intermediate.dense", 10, 8)
                    .linear(layer + "output.dense", 8, 10)
                    .norm(layer + "output.LayerNorm", 8);
        }
        return model.linear("pooler.dense", 8, 8);
    }

    /**
     * Half the buckets for each direction. Of them half hold one distance each; the bounds of the others grow by a
     * constant factor up to the farthest distance, and the last holds all beyond.
     */
    static int bucket(int keyMinusQuery, int buckets, int farthest) {
        int half = buckets / 2;
        int single = half / 2;
        int away = Math.abs(keyMinusQuery);
        int bucket = away;
        if (away >= single) {
            bucket = single - 1;
            double factor = Math.pow((double) farthest / single, 1.0 / (half - single));
            for (int step = 0; bucket < half - 1 && away >= single * Math.pow(factor, step) - 1e-6; step++) {
                bucket++;
            }
        }
        return bucket + (keyMinusQuery > 0 ? half : 0);
    }

    private static double[][] hidden(Loops loops, long[] ids, long[] mask) {
        float[] table = loops.weight("encoder.relative_attention_bias.weight");
        double[][] x = Loops.plus(
                loops.rows("embeddings.word_embeddings.weight", ids),
                loops.rows("embeddings.position_embeddings.weight", BertOracle.behind(ids, PADDING)));
        x = loops.norm(x, "embeddings.LayerNorm", EPSILON);
        for (int i = 0; i < 2; i++) {
            String layer = "encoder.layer." + i + ".";
            double[][] seen = Loops.attention(
                    loops.linear(x, layer + "attention.attn.q"),
                    loops.linear(x, layer + "attention.attn.k"),
                    loops.linear(x, layer + "attention.attn.v"),
                    2,
                    2,
                    mask,
                    (h, q, k) -> table[bucket(k - q, 32, 128) * 2 + h]);
            double[][] middle = loops.norm(
                    Loops.plus(loops.linear(seen, layer + "attention.attn.o"), x),
                    layer + "attention.LayerNorm",
                    EPSILON);
            double[][] wide = Loops.each(loops.linear(middle, layer + "intermediate.dense"), Loops::gelu);
            x = loops.norm(
                    Loops.plus(loops.linear(wide, layer + "output.dense"), middle),
                    layer + "output.LayerNorm",
                    EPSILON);
        }
        return x;
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 40, 300})
    void distancesHaveBuckets(int length) {
        TinyModel model = model(70 + length, 310);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, length, PADDING);

        found.tokens("last_hidden_state", (ids, mask, types) -> hidden(loops, ids, mask));
        found.pooled(
                "pooler_output",
                (ids, mask, types) -> Loops.each(
                        loops.linear(new double[][] {hidden(loops, ids, mask)[0]}, "pooler.dense"), Math::tanh));
        assertThat(found.imported().graph().inputs()).hasSize(2);
    }

    /** The model's own code counts 32 whatever the setting says, so another number has no defined meaning. */
    @Test
    void anotherNumberOfBucketsIsRefused() {
        TinyModel model = model(71, 12).set("relative_attention_num_buckets", 16);

        assertThatThrownBy(() -> model.imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("relative_attention_num_buckets is (16)");
    }
}
