package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.EdgeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of the wrong kind, size or family never give anything but a graph or an error that says what to do. */
class WildConfigPropertyTest {
    private static final List<Object> WILD = List.of(
            -1,
            0,
            1,
            7,
            1 << 20,
            1 << 28,
            Integer.MAX_VALUE,
            Long.MIN_VALUE,
            1e300,
            0.5,
            true,
            false,
            "",
            "relu",
            "none",
            List.of(),
            List.of("c2p", 3),
            Map.of("a", 1));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"bert", "roberta", "electra", "distilbert", "albert", "mpnet", "deberta-v2", "vit", "gpt2", "t5"
            })
    void anythingInConfigIsAnswered(String type) {
        long seed = type.hashCode();
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 150; i++) {
            TinyModel model = BertOracle.body(seed, type, type.equals("t5") ? "EncoderModel" : "Model", "", 12, 2);
            List<String> keys = new ArrayList<>(model.config.keySet());
            keys.addAll(List.of(
                    "dim",
                    "n_layers",
                    "d_kv",
                    "num_heads",
                    "relative_attention",
                    "position_buckets",
                    "pos_att_type",
                    "max_relative_positions",
                    "relative_attention_max_distance",
                    "image_size",
                    "patch_size",
                    "n_embd",
                    "n_inner",
                    "embedding_size",
                    "num_hidden_groups",
                    "conv_kernel_size",
                    "feed_forward_proj"));
            keys.remove("model_type");
            model.set("num_layers", 1).set("n_layer", 1).set("relative_attention", random.nextBoolean());
            for (int n = random.nextInt(4); n >= 0; n--) {
                model.set(keys.get(random.nextInt(keys.size())), WILD.get(random.nextInt(WILD.size())));
            }
            try {
                model.imported(folder);
            } catch (EdgeException e) {
                assertThat(e.getMessage()).contains("Maybe");
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError(type + ", seed " + seed + ", variant " + i + ": " + model.config, e);
            }
        }
        assertThat(refused).as("refused of 150").isGreaterThan(50);
    }
}
