package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.spi.ImportedModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Vision transformers: patches of an image as tokens, normalization in front of each part. */
class VitFamilyTest {
    private static final double EPSILON = 1e-6;
    private static final int WIDTH = 6;
    private static final int IMAGE = 6;
    private static final int PATCH = 2;
    private static final int TOKENS = 10;

    @TempDir
    Path folder;

    private static TinyModel model(long seed, boolean biased) {
        TinyModel model = new TinyModel(seed, "vit", "ViTForImageClassification")
                .set("hidden_size", WIDTH)
                .set("num_hidden_layers", 2)
                .set("num_attention_heads", 3)
                .set("intermediate_size", 9)
                .set("image_size", IMAGE)
                .set("patch_size", PATCH)
                .set("num_channels", 3)
                .set("layer_norm_eps", EPSILON)
                .set("qkv_bias", biased)
                .set("num_labels", 4)
                .weight("vit.embeddings.cls_token", 1, 1, WIDTH)
                .weight("vit.embeddings.position_embeddings", 1, TOKENS, WIDTH)
                .weight("vit.embeddings.patch_embeddings.projection.weight", WIDTH, 3, PATCH, PATCH)
                .weight("vit.embeddings.patch_embeddings.projection.bias", WIDTH)
                .norm("vit.layernorm", WIDTH)
                .linear("classifier", 4, WIDTH);
        for (int i = 0; i < 2; i++) {
            String layer = "vit.encoder.layer." + i + ".";
            for (String part : new String[] {"query", "key", "value"}) {
                model.weight(layer + "attention.attention." + part + ".weight", WIDTH, WIDTH);
                if (biased) {
                    model.weight(layer + "attention.attention." + part + ".bias", WIDTH);
                }
            }
            model.linear(layer + "attention.output.dense", WIDTH, WIDTH)
                    .norm(layer + "layernorm_before", WIDTH)
                    .norm(layer + "layernorm_after", WIDTH)
                    .linear(layer + "intermediate.dense", 9, WIDTH)
                    .linear(layer + "output.dense", WIDTH, 9);
        }
        return model;
    }

    private static double[] logits(Loops loops, float[] pixels, int from) {
        double[][] x = new double[TOKENS][WIDTH];
        float[] w = loops.weight("vit.embeddings.patch_embeddings.projection.weight");
        for (int t = 0; t < TOKENS; t++) {
            for (int o = 0; o < WIDTH; o++) {
                double sum = loops.weight("vit.embeddings.position_embeddings")[t * WIDTH + o];
                if (t == 0) {
                    x[t][o] = sum + loops.weight("vit.embeddings.cls_token")[o];
                    continue;
                }
                int top = (t - 1) / (IMAGE / PATCH) * PATCH;
                int left = (t - 1) % (IMAGE / PATCH) * PATCH;
                sum += loops.weight("vit.embeddings.patch_embeddings.projection.bias")[o];
                for (int c = 0; c < 3; c++) {
                    for (int i = 0; i < PATCH; i++) {
                        for (int j = 0; j < PATCH; j++) {
                            sum += w[((o * 3 + c) * PATCH + i) * PATCH + j]
                                    * pixels[from + (c * IMAGE + top + i) * IMAGE + left + j];
                        }
                    }
                }
                x[t][o] = sum;
            }
        }
        long[] all = new long[TOKENS];
        Arrays.fill(all, 1);
        for (int i = 0; i < 2; i++) {
            String layer = "vit.encoder.layer." + i + ".";
            String self = layer + "attention.attention.";
            double[][] normed = loops.norm(x, layer + "layernorm_before", EPSILON);
            double[][] seen = Loops.attention(
                    loops.linear(normed, self + "query"),
                    loops.linear(normed, self + "key"),
                    loops.linear(normed, self + "value"),
                    3,
                    Math.sqrt(2),
                    all,
                    Loops.NONE);
            x = Loops.plus(x, loops.linear(seen, layer + "attention.output.dense"));
            double[][] again = loops.norm(x, layer + "layernorm_after", EPSILON);
            double[][] wide = Loops.each(loops.linear(again, layer + "intermediate.dense"), Loops::gelu);
            x = Loops.plus(x, loops.linear(wide, layer + "output.dense"));
        }
        double[][] first = {loops.norm(x, "vit.layernorm", EPSILON)[0]};
        return loops.linear(first, "classifier")[0];
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void imageClassification(boolean biased) {
        long seed = 120;
        TinyModel model = model(seed, biased);
        float[] pixels = new float[2 * 3 * IMAGE * IMAGE];
        Random random = new Random(seed);
        ByteBuffer bytes = ByteBuffer.allocate(4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
            bytes.putFloat(pixels[i]);
        }
        ImportedModel imported = model.imported(folder);

        double[] found = TinyModel.run(
                        imported,
                        Map.of("pixel_values", new Npy("f4", new long[] {2, 3, IMAGE, IMAGE}, bytes.rewind())))
                .get("logits")
                .numbers();

        Loops loops = new Loops(model);
        for (int b = 0; b < 2; b++) {
            double[] expected = logits(loops, pixels, b * pixels.length / 2);
            for (int c = 0; c < 4; c++) {
                assertThat(found[4 * b + c])
                        .as("image %d, class %d, seed %d", b, c, seed)
                        .isCloseTo(expected[c], within(Agreement.BOUND * Math.max(1, Math.abs(expected[c]))));
            }
        }
        assertThat(found).hasSize(8);
    }
}
