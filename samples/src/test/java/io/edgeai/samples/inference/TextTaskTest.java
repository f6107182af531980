package io.edgeai.samples.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.text.Tokenizer;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.core.text.pipeline.TextModel;
import io.edgeai.samples.text.Reviews;
import io.edgeai.samples.text.TinyBert;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each task on a model that answers nine for the tokens it likes and zero for others. */
class TextTaskTest {
    private static final List<String> VOCABULARY = Reviews.vocabulary();
    private static final long LOUD = VOCABULARY.indexOf("loud");

    @TempDir
    Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Tokenizers.status().get("huggingface").usable(), "native tokenizers are not usable here");
        tokenizer = Tokenizers.open(TinyBert.write(folder, VOCABULARY, Reviews.LABELS, 1));
    }

    @AfterEach
    void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }

    /** A model whose outputs have a width each, 0 for one number a token; "loud" gets nine in the last column. */
    private TextModel liking(Map<String, Integer> outputs, List<String> labels) {
        List<TensorSpec> specs = new ArrayList<>();
        outputs.forEach((name, width) -> specs.add(
                width == 0
                        ? TensorSpec.of(name, ElementType.FLOAT, -1, -1)
                        : TensorSpec.of(name, ElementType.FLOAT, -1, -1, width)));
        TensorSpec ids = TensorSpec.of("input_ids", ElementType.INT64, -1, -1);
        return TextModel.builder()
                .graph(new Signature(List.of(ids), specs), given -> {
                    Map<String, Tensor> answers = new LinkedHashMap<>();
                    outputs.forEach((name, width) -> answers.put(name, scores(given.get("input_ids"), width)));
                    return answers;
                })
                .tokenizer(tokenizer)
                .labels(labels)
                .build();
    }

    private static Tensor scores(Tensor tokens, int width) {
        long[] ids = tokens.longs();
        int columns = Math.max(1, width);
        float[] scores = new float[ids.length * columns];
        for (int i = 0; i < ids.length; i++) {
            scores[i * columns + columns - 1] = ids[i] == LOUD ? 9 : 0;
        }
        long[] shape = tokens.shape();
        return width == 0 ? Tensor.of(scores, shape) : Tensor.of(scores, shape[0], shape[1], width);
    }

    private static JsonNode answers(String task, TextModel model, String items) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        new ObjectMapper().readTree(items).forEach(all::add);
        return new ObjectMapper().valueToTree(new TextTask(task, List.of(), false, 2).answers(model, all));
    }

    @Test
    void questionsFindTheirPlaceInTheContext() throws Exception {
        TextModel model = liking(Map.of("start_logits", 0, "end_logits", 0), List.of());

        JsonNode answers = answers(
                "question-answering",
                model,
                "[{\"question\": \"how is the hall\", \"context\": \"The hall is Loud, the pump quiet.\"}]");

        JsonNode best = answers.get(0).get(0);
        assertThat(answers.get(0)).hasSize(2);
        assertThat(best.get("text").textValue()).isEqualTo("Loud");
        assertThat(best.get("start").intValue()).isEqualTo(12);
        // Nine against eight other tokens of the context and the first one, each of zero.
        double share = Math.exp(9) / (Math.exp(9) + 9);
        assertThat(best.get("score").doubleValue()).isCloseTo(share * share, within(1e-5));
    }

    @Test
    void entitiesHaveTheirPlaces() throws Exception {
        TextModel model = liking(Map.of("logits", 2), List.of("O", "B-NOISE"));

        JsonNode found = answers("token-classification", model, "[\"so loud, LOUD\", \"quiet\"]");

        assertThat(found.get(0).findValuesAsText("word")).containsExactly("loud", "LOUD");
        assertThat(found.get(0).findValuesAsText("label")).containsExactly("NOISE", "NOISE");
        assertThat(found.get(0).findValuesAsText("start")).containsExactly("3", "9");
        assertThat(found.get(1)).isEmpty();
    }

    @Test
    void equallyLikelyWordsComeInTheirOrder() throws Exception {
        // No token is "loud", so that all words are as likely and the first ones come first.
        TextModel model = liking(Map.of("logits", VOCABULARY.size()), List.of());

        JsonNode filled = answers("fill-mask", model, "[\"the [MASK] is quiet\"]");

        assertThat(filled.get(0).get(0)).hasSize(2);
        assertThat(filled.get(0).get(0).get(0).get("score").doubleValue())
                .isCloseTo(1.0 / VOCABULARY.size(), within(1e-9));
        assertThat(filled.get(0).get(0).get(0).get("token").intValue()).isZero();
    }

    @Test
    void featuresAreUnitVectors() throws Exception {
        TextModel model = liking(Map.of("last_hidden_state", 3), List.of());

        JsonNode vectors = answers("feature-extraction", model, "[\"the loud hall\"]");

        assertThat(vectors.get(0)).hasSize(3);
        assertThat(vectors.get(0).get(2).doubleValue()).isCloseTo(1, within(1e-6));
        assertThat(vectors.get(0).get(0).doubleValue()).isZero();
    }
}
