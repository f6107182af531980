package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DeBERTa's disentangled attention, with shared and own projections, buckets, and the convolution of large models. */
class DebertaFamilyTest {
    private static final double EPSILON = 1e-5;
    private static final int WIDTH = 8;
    private static final int HEADS = 2;

    @TempDir
    Path folder;

    static TinyModel model(long seed, String architecture, Object kinds, boolean shared, int buckets, int kernel) {
        TinyModel model = new TinyModel(seed, "deberta-v2", architecture)
                .set("vocab_size", 24)
                .set("hidden_size", WIDTH)
                .set("num_hidden_layers", 2)
                .set("num_attention_heads", HEADS)
                .set("intermediate_size", 12)
                .set("max_position_embeddings", 20)
                .set("type_vocab_size", 0)
                .set("layer_norm_eps", EPSILON)
                .set("hidden_act", "gelu")
                .set("relative_attention", true)
                .set("position_biased_input", false)
                .set("max_relative_positions", -1)
                .set("position_buckets", buckets)
                .set("share_att_key", shared)
                .set("pos_att_type", kinds)
                .set("norm_rel_ebd", "layer_norm")
                .set("conv_kernel_size", kernel)
                .weight("deberta.embeddings.word_embeddings.weight", 24, WIDTH)
                .norm("deberta.embeddings.LayerNorm", WIDTH)
                .weight("deberta.encoder.rel_embeddings.weight", 2L * (buckets > 0 ? buckets : 20), WIDTH)
                .norm("deberta.encoder.LayerNorm", WIDTH);
        if (kernel > 0) {
            model.weight("deberta.encoder.conv.conv.weight", WIDTH, WIDTH, kernel)
                    .weight("deberta.encoder.conv.conv.bias", WIDTH)
                    .norm("deberta.encoder.conv.LayerNorm", WIDTH);
        }
        for (int i = 0; i < 2; i++) {
            String layer = "deberta.encoder.layer." + i + ".";
            for (String part : new String[] {"self.query_proj", "self.key_proj", "self.value_proj", "output.dense"}) {
                model.linear(layer + "attention." + part, WIDTH, WIDTH);
            }
            if (!shared && kinds.toString().contains("c2p")) {
                model.linear(layer + "attention.self.pos_key_proj", WIDTH, WIDTH);
            }
            if (!shared && kinds.toString().contains("p2c")) {
                model.linear(layer + "attention.self.pos_query_proj", WIDTH, WIDTH);
            }
            model.norm(layer + "attention.output.LayerNorm", WIDTH)
                    .linear(layer + "intermediate.dense", 12, WIDTH)
                    .linear(layer + "output.dense", WIDTH, 12)
                    .norm(layer + "output.LayerNorm", WIDTH);
        }
        return model;
    }

    /** Which row of the distances belongs to query i and key j. */
    private static int place(TinyModel model, int i, int j) {
        int buckets = model.size("position_buckets");
        int span = buckets > 0 ? buckets : 20;
        int distance = i - j;
        int middle = buckets / 2;
        if (buckets > 0 && Math.abs(distance) > middle) {
            double steps = Math.log((double) Math.abs(distance) / middle) / Math.log(19.0 / middle) * (middle - 1);
            distance = (int) Math.signum(distance) * (middle + (int) Math.ceil(steps - 1e-6));
        }
        return Math.max(0, Math.min(2 * span - 1, distance + span));
    }

    private static double dot(double[] a, double[] b, int head) {
        double sum = 0;
        for (int c = head * WIDTH / HEADS; c < (head + 1) * WIDTH / HEADS; c++) {
            sum += a[c] * b[c];
        }
        return sum;
    }

    private static double[][] hidden(TinyModel model, Loops loops, long[] ids, long[] mask) {
        double[][] embedded = loops.norm(
                loops.rows("deberta.embeddings.word_embeddings.weight", ids), "deberta.embeddings.LayerNorm", EPSILON);
        hide(embedded, mask);
        int count = (int) model.dims.get("deberta.encoder.rel_embeddings.weight")[0];
        double[][] distances = loops.norm(
                loops.rows("deberta.encoder.rel_embeddings.weight", BertOracle.counting(count)),
                "deberta.encoder.LayerNorm",
                EPSILON);
        boolean shared = (Boolean) model.config.get("share_att_key");
        boolean c2p = model.config.get("pos_att_type").toString().contains("c2p");
        boolean p2c = model.config.get("pos_att_type").toString().contains("p2c");
        double scale = Math.sqrt((1 + (c2p ? 1 : 0) + (p2c ? 1 : 0)) * (double) WIDTH / HEADS);
        double[][] x = embedded;
        for (int l = 0; l < 2; l++) {
            String layer = "deberta.encoder.layer." + l + ".";
            String self = layer + "attention.self.";
            double[][] q = loops.linear(x, self + "query_proj");
            double[][] k = loops.linear(x, self + "key_proj");
            double[][] far = c2p ? loops.linear(distances, self + (shared ? "key_proj" : "pos_key_proj")) : q;
            double[][] asked = p2c ? loops.linear(distances, self + (shared ? "query_proj" : "pos_query_proj")) : q;
            Loops.Bias bias = (h, i, j) -> ((c2p ? dot(q[i], far[place(model, i, j)], h) : 0)
                            + (p2c ? dot(k[j], asked[place(model, i, j)], h) : 0))
                    / scale;
            double[][] seen = Loops.attention(q, k, loops.linear(x, self + "value_proj"), HEADS, scale, mask, bias);
            double[][] middle = loops.norm(
                    Loops.plus(loops.linear(seen, layer + "attention.output.dense"), x),
                    layer + "attention.output.LayerNorm",
                    EPSILON);
            double[][] wide = Loops.each(loops.linear(middle, layer + "intermediate.dense"), Loops::gelu);
            x = loops.norm(
                    Loops.plus(loops.linear(wide, layer + "output.dense"), middle),
                    layer + "output.LayerNorm",
                    EPSILON);
            if (l == 0 && model.size("conv_kernel_size") > 0) {
                double[][] beside = convolved(loops, embedded, model.size("conv_kernel_size"), mask);
                x = loops.norm(Loops.plus(x, beside), "deberta.encoder.conv.LayerNorm", EPSILON);
                hide(x, mask);
            }
        }
        return x;
    }

    private static void hide(double[][] x, long[] mask) {
        for (int t = 0; t < x.length; t++) {
            for (int c = 0; c < x[t].length; c++) {
                x[t][c] *= mask[t];
            }
        }
    }

    private static double[][] convolved(Loops loops, double[][] x, int kernel, long[] mask) {
        float[] w = loops.weight("deberta.encoder.conv.conv.weight");
        double[][] y = new double[x.length][WIDTH];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < WIDTH; o++) {
                double sum = loops.weight("deberta.encoder.conv.conv.bias")[o];
                for (int n = 0; n < kernel; n++) {
                    int at = t + n - kernel / 2;
                    for (int c = 0; c < WIDTH && at >= 0 && at < x.length; c++) {
                        sum += x[at][c] * w[(o * WIDTH + c) * kernel + n];
                    }
                }
                y[t][o] = mask[t] == 0 ? 0 : Math.tanh(sum);
            }
        }
        return y;
    }

    @ParameterizedTest
    @CsvSource({
        "p2c|c2p,true,6,0,9",
        "p2c|c2p,true,8,3,17",
        "c2p,false,-1,0,12",
        "p2c,false,4,0,30",
        "p2c|c2p,false,-1,0,60"
    })
    void body(String kinds, boolean shared, int buckets, int kernel, int length) {
        TinyModel model = model(90 + length, "DebertaV2Model", kinds, shared, buckets, kernel);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, length, 0);

        found.tokens("last_hidden_state", (ids, mask, types) -> hidden(model, loops, ids, mask));
        assertThat(found.imported().graph().inputs()).hasSize(2);
    }

    @Test
    void sequenceClassification() {
        TinyModel model = model(99, "DebertaV2ForSequenceClassification", List.of("p2c", "c2p"), true, 6, 0)
                .set("pooler_hidden_act", "gelu")
                .linear("pooler.dense", WIDTH, WIDTH)
                .linear("classifier", 2, WIDTH);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, 7, 0);

        found.pooled("logits", (ids, mask, types) -> {
            double[][] first = {hidden(model, loops, ids, mask)[0]};
            return loops.linear(Loops.each(loops.linear(first, "pooler.dense"), Loops::gelu), "classifier");
        });
        assertThat(found.imported().graph().outputs()).hasSize(1);
    }
}
