package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GPT-2 over whole texts: every token sees itself and what came before. */
class Gpt2FamilyTest {
    private static final double EPSILON = 1e-5;
    private static final int WIDTH = 6;

    @TempDir
    Path folder;

    static TinyModel model(long seed, String prefix, boolean byLayer) {
        TinyModel model = new TinyModel(seed, "gpt2", "GPT2LMHeadModel")
                .set("vocab_size", 20)
                .set("n_embd", WIDTH)
                .set("n_head", 2)
                .set("n_layer", 2)
                .set("n_positions", 12)
                .set("layer_norm_epsilon", EPSILON)
                .set("scale_attn_by_inverse_layer_idx", byLayer)
                .weight(prefix + "wte.weight", 20, WIDTH)
                .weight(prefix + "wpe.weight", 12, WIDTH)
                .norm(prefix + "ln_f", WIDTH);
        for (int i = 0; i < 2; i++) {
            String layer = prefix + "h." + i + ".";
            model.norm(layer + "ln_1", WIDTH).norm(layer + "ln_2", WIDTH).weight(layer + "attn.bias", 1, 1, 12, 12);
            conv(model, layer + "attn.c_attn", WIDTH, 3 * WIDTH);
            conv(model, layer + "attn.c_proj", WIDTH, WIDTH);
            conv(model, layer + "mlp.c_fc", WIDTH, 4 * WIDTH);
            conv(model, layer + "mlp.c_proj", 4 * WIDTH, WIDTH);
        }
        return model;
    }

    private static void conv(TinyModel model, String name, int in, int out) {
        model.weight(name + ".weight", in, out).weight(name + ".bias", out);
    }

    /** Weights are stored [in, out] here. */
    private static double[][] conv(Loops loops, double[][] x, String name) {
        float[] w = loops.weight(name + ".weight");
        float[] b = loops.weight(name + ".bias");
        double[][] y = new double[x.length][b.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < b.length; o++) {
                y[t][o] = b[o];
                for (int i = 0; i < x[t].length; i++) {
                    y[t][o] += x[t][i] * w[i * b.length + o];
                }
            }
        }
        return y;
    }

    private static double[][] columns(double[][] x, int from) {
        double[][] part = new double[x.length][];
        for (int t = 0; t < x.length; t++) {
            part[t] = java.util.Arrays.copyOfRange(x[t], from, from + WIDTH);
        }
        return part;
    }

    private static double[][] logits(Loops loops, String prefix, boolean byLayer, long[] ids, long[] mask) {
        double[][] x = Loops.plus(
                loops.rows(prefix + "wte.weight", ids),
                loops.rows(prefix + "wpe.weight", BertOracle.counting(ids.length)));
        for (int i = 0; i < 2; i++) {
            String layer = prefix + "h." + i + ".";
            double[][] all = conv(loops, loops.norm(x, layer + "ln_1", EPSILON), layer + "attn.c_attn");
            double[][] seen = Loops.attention(
                    columns(all, 0),
                    columns(all, WIDTH),
                    columns(all, 2 * WIDTH),
                    2,
                    Math.sqrt(3) * (byLayer ? i + 1 : 1),
                    mask,
                    (h, q, k) -> k > q ? Double.NEGATIVE_INFINITY : 0);
            x = Loops.plus(x, conv(loops, seen, layer + "attn.c_proj"));
            double[][] wide = conv(loops, loops.norm(x, layer + "ln_2", EPSILON), layer + "mlp.c_fc");
            x = Loops.plus(x, conv(loops, Loops.each(wide, Loops::geluNew), layer + "mlp.c_proj"));
        }
        x = loops.norm(x, prefix + "ln_f", EPSILON);
        double[][] scores = new double[x.length][20];
        for (int t = 0; t < x.length; t++) {
            for (int w = 0; w < 20; w++) {
                double[] word = loops.row(prefix + "wte.weight", w);
                for (int c = 0; c < WIDTH; c++) {
                    scores[t][w] += x[t][c] * word[c];
                }
            }
        }
        return scores;
    }

    /** The first published checkpoint has no prefix, and stores its triangle of ones. */
    @ParameterizedTest
    @CsvSource({"transformer.,false", "'',true"})
    void nextWords(String prefix, boolean byLayer) {
        TinyModel model = model(110, prefix, byLayer);
        Loops loops = new Loops(model);

        Agreement found = new Agreement(model, folder, 8, 0);

        found.tokens("logits", (ids, mask, types) -> logits(loops, prefix, byLayer, ids, mask));
        assertThat(found.imported().notes()).anyMatch(note -> note.contains("h.0.attn.bias"));
    }
}
