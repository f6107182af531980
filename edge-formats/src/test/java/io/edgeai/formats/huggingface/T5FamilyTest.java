package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** T5's encoder: heads wider or narrower than the model, no biases, a root mean square instead of a variance. */
class T5FamilyTest {
    private static final int WIDTH = 10;
    private static final int HEADS = 2;
    private static final int SIZE = 3;

    @TempDir
    Path folder;

    private static TinyModel model(long seed, String proj) {
        TinyModel model = new TinyModel(seed, "t5", "T5EncoderModel")
                .set("vocab_size", 22)
                .set("d_model", WIDTH)
                .set("d_kv", SIZE)
                .set("num_heads", HEADS)
                .set("d_ff", 14)
                .set("num_layers", 2)
                .set("layer_norm_epsilon", 1e-4)
                .set("relative_attention_num_buckets", 16)
                .set("relative_attention_max_distance", 20)
                .set("feed_forward_proj", proj)
                .weight("shared.weight", 22, WIDTH)
                .weight("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", 16, HEADS)
                .weight("encoder.final_layer_norm.weight", WIDTH);
        for (int i = 0; i < 2; i++) {
            String layer = "encoder.block." + i + ".layer.";
            for (String part : new String[] {"q", "k", "v"}) {
                model.weight(layer + "0.SelfAttention." + part + ".weight", HEADS * SIZE, WIDTH);
            }
            model.weight(layer + "0.SelfAttention.o.weight", WIDTH, HEADS * SIZE)
                    .weight(layer + "0.layer_norm.weight", WIDTH)
                    .weight(layer + "1.layer_norm.weight", WIDTH)
                    .weight(layer + "1.DenseReluDense.wo.weight", WIDTH, 14);
            for (String part : proj.startsWith("gated") ? new String[] {"wi_0", "wi_1"} : new String[] {"wi"}) {
                model.weight(layer + "1.DenseReluDense." + part + ".weight", 14, WIDTH);
            }
        }
        return model;
    }

    private static double[][] norm(Loops loops, double[][] x, String name) {
        double[][] y = new double[x.length][WIDTH];
        for (int t = 0; t < x.length; t++) {
            double square = 0;
            for (double value : x[t]) {
                square += value * value / WIDTH;
            }
            for (int c = 0; c < WIDTH; c++) {
                y[t][c] = x[t][c] / Math.sqrt(square + 1e-4) * loops.weight(name + ".weight")[c];
            }
        }
        return y;
    }

    private static double[][] hidden(Loops loops, DoubleUnaryOperator act, long[] ids, long[] mask) {
        float[] table = loops.weight("encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight");
        double[][] x = loops.rows("shared.weight", ids);
        for (int i = 0; i < 2; i++) {
            String layer = "encoder.block." + i + ".layer.";
            String self = layer + "0.SelfAttention.";
            double[][] normed = norm(loops, x, layer + "0.layer_norm");
            double[][] seen = Loops.attention(
                    loops.linear(normed, self + "q"),
                    loops.linear(normed, self + "k"),
                    loops.linear(normed, self + "v"),
                    HEADS,
                    1,
                    mask,
                    (h, q, k) -> table[MpnetFamilyTest.bucket(k - q, 16, 20) * HEADS + h]);
            x = Loops.plus(x, loops.linear(seen, self + "o"));
            double[][] again = norm(loops, x, layer + "1.layer_norm");
            String dense = layer + "1.DenseReluDense.";
            boolean gated = loops.has(dense + "wi_0.weight");
            double[][] wide = Loops.each(loops.linear(again, dense + (gated ? "wi_0" : "wi")), act);
            if (gated) {
                double[][] gate = loops.linear(again, dense + "wi_1");
                for (int t = 0; t < wide.length; t++) {
                    for (int c = 0; c < wide[t].length; c++) {
                        wide[t][c] *= gate[t][c];
                    }
                }
            }
            x = Loops.plus(x, loops.linear(wide, dense + "wo"));
        }
        return norm(loops, x, "encoder.final_layer_norm");
    }

    /** A gated gelu is the tanh form, whatever its name says. */
    @ParameterizedTest
    @CsvSource({"relu,6", "relu,45", "gated-gelu,9", "gated-silu,5"})
    void encoder(String proj, int length) {
        TinyModel model = model(80 + length, proj);
        Loops loops = new Loops(model);
        DoubleUnaryOperator act = proj.equals("relu")
                ? x -> Math.max(0, x)
                : proj.equals("gated-gelu") ? Loops::geluNew : x -> x * Loops.sigmoid(x);

        Agreement found = new Agreement(model, folder, length, 0);

        found.tokens("last_hidden_state", (ids, mask, types) -> hidden(loops, act, ids, mask));
        assertThat(found.imported().graph().outputs()).hasSize(1);
    }

    @Test
    void modelsWithADecoderAreRefused() {
        TinyModel model = model(81, "relu").set("architectures", java.util.List.of("T5ForConditionalGeneration"));

        assertThatThrownBy(() -> model.imported(folder))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("T5ForConditionalGeneration");
    }
}
